import leven from 'leven';

/** What Temporal's own configuration reads, and Sluice needs to find the right server. */
const TEMPORAL_SETTINGS = [
  'TEMPORAL_ADDRESS',
  'TEMPORAL_NAMESPACE',
  'TEMPORAL_API_KEY',
  'TEMPORAL_CONFIG_FILE',
  'TEMPORAL_PROFILE',
  'TEMPORAL_TLS',
  'TEMPORAL_TLS_CLIENT_CERT_PATH',
  'TEMPORAL_TLS_CLIENT_CERT_DATA',
  'TEMPORAL_TLS_CLIENT_KEY_PATH',
  'TEMPORAL_TLS_CLIENT_KEY_DATA',
  'TEMPORAL_TLS_SERVER_CA_CERT_PATH',
  'TEMPORAL_TLS_SERVER_CA_CERT_DATA',
  'TEMPORAL_TLS_SERVER_NAME',
  'TEMPORAL_TLS_DISABLE_HOST_VERIFICATION',
];

/** One edit for each five characters: PATH is two edits from PORT, and everybody has a PATH. */
const CHARS_PER_EDIT = 5;
const EDITS_MAX = 2;

/** Kubernetes gives every container the address of every service: WORKERS_HEALTH_PORT=tcp://10.0.0.7:80 for one named workers-health. */
const SERVICE_LINK = /^(tcp|udp|sctp):\/\//;

/** A variable that is none of ours, and the one that it is nearly called. */
export interface Misspelt {
  readonly name: string;
  readonly meant: string;
}

/**
 * The variables whose names are within two edits of a setting, whatever the case of their letters: one for names below ten characters, none
 * below five (HOST, PORT). An empty one counts as not set, here as well; a link to a Kubernetes service is none of ours.
 */
export function findMisspelt(
  env: Readonly<Record<string, string | undefined>>,
  settings: readonly string[],
): Misspelt[] {
  const known = [...settings, ...TEMPORAL_SETTINGS];
  const exact = new Set(known);
  return Object.entries(env).flatMap(([name, value = '']) => {
    if (exact.has(name) || value.trim() === '' || SERVICE_LINK.test(value)) return [];
    const meant = nearest(name.toUpperCase(), known);
    return meant === null ? [] : [{ name, meant }];
  });
}

function nearest(name: string, known: readonly string[]): string | null {
  let best: { setting: string; edits: number } | null = null;
  for (const setting of known) {
    const allowed = Math.min(EDITS_MAX, Math.floor(setting.length / CHARS_PER_EDIT));
    if (allowed === 0) continue;
    const edits = leven(name, setting, { maxDistance: EDITS_MAX + 1 });
    if (edits <= allowed && (best === null || edits < best.edits)) best = { setting, edits };
  }
  return best?.setting ?? null;
}
