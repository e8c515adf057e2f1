import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { chmod, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import type { ObtainTemporal } from './obtain-temporal.ts';

/** Where Temporal's SDKs get their dev server from. */
const DOWNLOAD_ORIGIN = 'https://temporal.download';

/** A network that answers nothing at all must not keep a start waiting. */
const ANSWER_DEADLINE_MS = 15_000;

const PROGRESS_EVERY_BYTES = 10 * 1024 * 1024;

/**
 * Downloads the CLI from where Temporal's SDKs get theirs, about 50 MB. The SDK's own function for it would start a server as well,
 * inside this process, and set up the SDK's runtime, of which a process has only one.
 */
export async function downloadTemporalBinary(
  { version, folder, progress, signal }: ObtainTemporal,
  origin: string = DOWNLOAD_ORIGIN,
): Promise<void> {
  const info = await archiveInfo(
    `${origin}/cli/v${version}?arch=${architecture()}&platform=${process.platform}&format=tar.gz`,
    signal,
  );
  progress(`downloading Temporal CLI ${version}, once`);
  const scratch = await mkdtemp(join(folder, 'download-'));
  try {
    const archive = join(scratch, 'archive.tar.gz');
    await download(info.archiveUrl, archive, progress, signal);
    await promisify(execFile)('tar', ['-xzf', archive, '-C', scratch, info.fileToExtract]);
    const program = join(scratch, info.fileToExtract);
    await chmod(program, 0o755);
    await rename(program, join(folder, 'temporal'));
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

interface ArchiveInfo {
  readonly archiveUrl: string;
  readonly fileToExtract: string;
}

async function archiveInfo(url: string, signal: AbortSignal | undefined): Promise<ArchiveInfo> {
  const deadline = AbortSignal.timeout(ANSWER_DEADLINE_MS);
  const response = await request(url, signal ? AbortSignal.any([signal, deadline]) : deadline);
  return (await response.json()) as ArchiveInfo;
}

async function download(
  url: string,
  file: string,
  progress: (line: string) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  const response = await request(url, signal);
  let received = 0;
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const before = Math.floor(received / PROGRESS_EVERY_BYTES);
      received += chunk.length;
      if (Math.floor(received / PROGRESS_EVERY_BYTES) > before)
        progress(`  ${Math.round(received / 1024 / 1024)} MB`);
      done(null, chunk);
    },
  });
  await pipeline(
    Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0]),
    count,
    createWriteStream(file),
  );
}

async function request(url: string, signal: AbortSignal | undefined): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, { signal: signal ?? null });
  } catch (cause) {
    const why =
      cause instanceof Error ? ((cause.cause as Error | undefined)?.message ?? cause.message) : String(cause);
    throw new Error(`${new URL(url).host} can not be reached: ${why}`, { cause });
  }
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return response;
}

function architecture(): string {
  return process.arch === 'x64' ? 'amd64' : process.arch;
}
