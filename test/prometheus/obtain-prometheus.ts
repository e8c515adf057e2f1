import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Where Prometheus and its tool for checks are. */
export interface PrometheusPrograms {
  readonly prometheus: string;
  readonly promtool: string;
}

/** Thrown when there is no Prometheus and none can be had from Debian. */
export class PrometheusMissingError extends Error {
  override readonly name = 'PrometheusMissingError';

  constructor(why: string) {
    super(
      `There is no prometheus and no promtool on PATH, and ${why}. Install Prometheus 2.42 or newer from https://prometheus.io/download, ` +
        'put both programs on PATH, and run this again.',
    );
  }
}

/** Kept in the user's cache, as other programs that tests need. */
const CACHE = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'sluice');

/**
 * The programs on PATH; else those of Debian's package `prometheus`, which apt downloads once. It is unpacked and not installed: nobody
 * has to be root, and no service is started.
 *
 * @throws PrometheusMissingError
 */
export function obtainPrometheus(progress: (line: string) => void): PrometheusPrograms {
  const installed = onPath();
  if (installed) return installed;
  const folder = join(CACHE, 'debian-prometheus');
  const programs = programsIn(join(folder, 'usr/bin'));
  if (isThere(programs)) return programs;
  if (spawnSync('apt-get', ['--version']).error || spawnSync('dpkg', ['--version']).error)
    throw new PrometheusMissingError('this machine has no apt, from which it could be had');
  progress('getting the package prometheus from Debian, once');
  mkdirSync(CACHE, { recursive: true });
  const scratch = mkdtempSync(`${folder}-`);
  try {
    const apt = spawnSync('apt-get', ['download', '-qq', 'prometheus'], { cwd: scratch, encoding: 'utf8' });
    const file = readdirSync(scratch).find((name) => name.endsWith('.deb'));
    if (file === undefined)
      throw new PrometheusMissingError(
        `\`apt-get download prometheus\` gave none (\`apt-get update\` may help): ${apt.stderr.trim()}`,
      );
    execFileSync('dpkg', ['-x', join(scratch, file), join(scratch, 'package')]);
    rmSync(folder, { recursive: true, force: true });
    renameSync(join(scratch, 'package'), folder);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return programs;
}

function onPath(): PrometheusPrograms | undefined {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const programs = programsIn(folder);
    if (folder !== '' && isThere(programs)) return programs;
  }
  return undefined;
}

const programsIn = (folder: string): PrometheusPrograms => ({
  prometheus: join(folder, 'prometheus'),
  promtool: join(folder, 'promtool'),
});

const isThere = ({ prometheus, promtool }: PrometheusPrograms) =>
  existsSync(prometheus) && existsSync(promtool);
