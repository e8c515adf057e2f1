/** One platform's archive of the Temporal CLI, as its releases name it. */
export interface TemporalCliArchive {
  readonly url: string;
  /** Lower-case hexadecimal; null when no digest is known for it. */
  readonly sha256: string | null;
}

/** Where the CLI is released; its archives are served from there by redirects to hosts of the same owner. */
const RELEASES = 'https://github.com/temporalio/cli/releases/download';

/**
 * SHA-256 of the archives of release 1.5.1, from the manifests of two package collections that were made apart from each other
 * (cashapp/hermit-packages and zph/hermit-packages; Linux on arm64 is in the first alone).
 */
const DIGESTS: Readonly<Record<string, string>> = {
  'temporal_cli_1.5.1_linux_amd64.tar.gz': 'ddc95e08b0b076efd4ea9733a3f488eb7d2be875f8834e616cd2a37358b4852d',
  'temporal_cli_1.5.1_linux_arm64.tar.gz': 'bd1b0db9f18b051026de8bf6cc1505f2510f14bbb7a8b9a4a91fff46c77454f5',
  'temporal_cli_1.5.1_darwin_amd64.tar.gz':
    'bbb73e2a31135abe50a1f1cdb35030c42961df618e8ce9c60ae89f201540c5d9',
  'temporal_cli_1.5.1_darwin_arm64.tar.gz':
    'cca01b7ea35ad56e2a328d9ae596bf716bd22313ef63c7a761c88354457c2415',
};

/** The archive for a platform and architecture, by Node's names for them, with the digest that is pinned here. */
export function temporalCliArchive(
  version: string,
  platform: string = process.platform,
  arch: string = process.arch,
): TemporalCliArchive {
  const name = `temporal_cli_${version}_${platform}_${arch === 'x64' ? 'amd64' : arch}.tar.gz`;
  return { url: `${RELEASES}/v${version}/${name}`, sha256: DIGESTS[name] ?? null };
}
