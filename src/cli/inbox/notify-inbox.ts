import { setNotify } from '../../db/grants/set-notify.ts';
import { readWords, UsageError } from '../options.ts';
import { onDatabase } from './on-database.ts';

export const usage = `sluice notify-inbox on
sluice notify-inbox off
  Whether sluice.enqueue and sluice.put_workspace notify the API at their caller's commit, so that it need not look first. Off unless it was put on:
  at a commit that notifies Postgres lets all others wait, and such a transaction cannot be prepared. In the database of DATABASE_URL, or in the one
  that \`npm start\` runs here.
Exit code: 0 done, 1 not possible, 2 wrong arguments.`;

/** The notify-inbox process: throws the switch in the database and ends. */
export async function run(args: readonly string[]): Promise<number> {
  const { words } = readWords(args, {}, usage);
  const [word, ...more] = words;
  if ((word !== 'on' && word !== 'off') || more.length > 0) throw new UsageError(`Say on or off.\n${usage}`);
  return await onDatabase('sluice-notify-inbox', async ({ db }) => {
    await setNotify(db, word === 'on');
    console.log(`the functions ${word === 'on' ? 'notify' : 'do not notify'} from their next call on`);
    return 0;
  });
}
