import { banner } from '../local/terminal/banner.ts';
import { startEverything } from '../local/start-everything.ts';
import { runProcess } from '../process/run-process.ts';

/** `npm start`: everything on one machine. */
const startedMs = performance.now();

await runProcess(async (interrupted) => {
  const everything = await startEverything(process.env, (line) => console.log(line), interrupted);
  console.log(banner(everything, performance.now() - startedMs));
  return {
    ...everything,
    async stop() {
      await everything.stop();
      console.log('stopped');
    },
  };
});
