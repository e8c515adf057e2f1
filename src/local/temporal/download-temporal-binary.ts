import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { chmod, lstat, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import type { ObtainTemporal } from './obtain-temporal.ts';
import { type TemporalCliArchive, temporalCliArchive } from './temporal-cli-archive.ts';

/** A network that answers nothing at all must not keep a start waiting. */
const ANSWER_DEADLINE_MS = 15_000;

/** The archives have about 50 MB; whoever sends more sends something else. */
const ARCHIVE_MAX_BYTES = 200 * 1024 * 1024;

const PROGRESS_EVERY_BYTES = 10 * 1024 * 1024;

/** The one entry of the archive that is unpacked. */
const PROGRAM = 'temporal';

/** A server may send us on to where its files are; each hop is checked. */
const REDIRECTS_MAX = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/**
 * Downloads the CLI, about 50 MB, from its release. Nothing of it is unpacked, let alone run, before its SHA-256 is the one that is pinned
 * for this platform, or the given one (TEMPORAL_CLI_SHA256). Without either nothing is downloaded.
 *
 * @throws Error that names the address, and both digests when they differ.
 */
export async function downloadTemporalBinary(
  { version, folder, progress, signal, sha256 }: ObtainTemporal,
  archive: TemporalCliArchive = temporalCliArchive(version),
): Promise<void> {
  const wanted = sha256 ?? archive.sha256;
  if (wanted === null)
    throw new Error(
      `no SHA-256 is known of ${archive.url}; set TEMPORAL_CLI_SHA256 to the digest that its release publishes`,
    );
  progress(`downloading Temporal CLI ${version}, once`);
  const scratch = await mkdtemp(join(folder, 'download-'));
  try {
    const file = join(scratch, 'archive.tar.gz');
    const found = await download(archive.url, file, progress, signal);
    if (found !== wanted)
      throw new Error(`${archive.url} has the SHA-256 ${found}, and not ${wanted}: it was thrown away`);
    // By name: no other entry is written, whatever the archive holds.
    await promisify(execFile)('tar', ['-xzf', file, '-C', scratch, PROGRAM]);
    const program = join(scratch, PROGRAM);
    if (!(await lstat(program)).isFile()) throw new Error(`${PROGRAM} in ${archive.url} is not a file`);
    await chmod(program, 0o755);
    await rename(program, join(folder, PROGRAM));
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Returns the SHA-256 of what was downloaded. */
async function download(
  url: string,
  file: string,
  progress: (line: string) => void,
  signal: AbortSignal | undefined,
): Promise<string> {
  const response = await request(url, signal);
  const hash = createHash('sha256');
  let received = 0;
  const measured = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      const before = Math.floor(received / PROGRESS_EVERY_BYTES);
      received += chunk.length;
      if (received > ARCHIVE_MAX_BYTES)
        return done(new Error(`${url} is larger than ${ARCHIVE_MAX_BYTES / 1024 / 1024} MB`));
      if (Math.floor(received / PROGRESS_EVERY_BYTES) > before)
        progress(`  ${Math.round(received / 1024 / 1024)} MB`);
      done(null, chunk);
    },
  });
  await pipeline(
    Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0]),
    measured,
    createWriteStream(file),
    { ...(signal && { signal }) },
  );
  return hash.digest('hex');
}

async function request(from: string, signal: AbortSignal | undefined): Promise<Response> {
  const first = new URL(from);
  let url = first;
  for (let hops = 0; hops <= REDIRECTS_MAX; hops++) {
    const response = await answerOf(url, signal);
    const location = response.headers.get('location');
    if (!REDIRECTS.has(response.status) || location === null) {
      if (!response.ok) throw new Error(`${url.href} answered ${response.status}`);
      return response;
    }
    url = new URL(location, url);
    if (url.protocol !== first.protocol)
      throw new Error(`${from} sends us on to ${url.protocol}//${url.host}, which is not ${first.protocol}`);
  }
  throw new Error(`${from} sends us on more than ${REDIRECTS_MAX} times`);
}

/** The deadline is for the answer's head; the body has as long as it takes. */
async function answerOf(url: URL, signal: AbortSignal | undefined): Promise<Response> {
  const unanswered = new AbortController();
  const deadline = setTimeout(() => unanswered.abort(), ANSWER_DEADLINE_MS);
  try {
    return await fetch(url, {
      redirect: 'manual',
      signal: signal ? AbortSignal.any([signal, unanswered.signal]) : unanswered.signal,
    });
  } catch (cause) {
    const why =
      cause instanceof Error ? ((cause.cause as Error | undefined)?.message ?? cause.message) : String(cause);
    throw new Error(`${url.host} cannot be reached: ${why}`, { cause });
  } finally {
    clearTimeout(deadline);
  }
}
