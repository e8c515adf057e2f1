import { DEFAULT_TIER_CONFIGS } from '../../domain/tier.ts';
import { integer } from './setting.ts';

const pro = DEFAULT_TIER_CONFIGS.pro;
const enterprise = DEFAULT_TIER_CONFIGS.enterprise;
const YEAR_SECONDS = 365 * 24 * 3600;
/** More than the largest input, so that an empty queue takes any. */
const PENDING_BYTES_MIN = 2 ** 20;
const PENDING_BYTES_MAX = 2 ** 43;

/** What a tier gives its workspaces. */
export const tierSettings = {
  TIER_PRO_CONCURRENT_LIMIT: integer(
    pro.concurrentLimit,
    1,
    1000,
    'Executions of a pro workspace open at once.',
  ),
  TIER_PRO_MAX_DURATION_SECONDS: integer(
    pro.maxDurationSeconds,
    1,
    YEAR_SECONDS,
    'Longest run of a pro execution.',
  ),
  TIER_PRO_MAX_PENDING: integer(pro.maxPending, 1, 10_000_000, 'Longest queue of a pro workspace.'),
  TIER_PRO_MAX_PENDING_BYTES: integer(
    pro.maxPendingBytes,
    PENDING_BYTES_MIN,
    PENDING_BYTES_MAX,
    'Most bytes of input in the queue of a pro workspace. By default 27 kB for each execution of a full queue, or 1,024 of the largest inputs.',
  ),
  TIER_ENTERPRISE_CONCURRENT_LIMIT: integer(
    enterprise.concurrentLimit,
    1,
    1000,
    'Executions of an enterprise workspace open at once.',
  ),
  TIER_ENTERPRISE_MAX_DURATION_SECONDS: integer(
    enterprise.maxDurationSeconds,
    1,
    YEAR_SECONDS,
    'Longest run of an enterprise execution.',
  ),
  TIER_ENTERPRISE_MAX_PENDING: integer(
    enterprise.maxPending,
    1,
    10_000_000,
    'Longest queue of an enterprise workspace.',
  ),
  TIER_ENTERPRISE_MAX_PENDING_BYTES: integer(
    enterprise.maxPendingBytes,
    PENDING_BYTES_MIN,
    PENDING_BYTES_MAX,
    'Most bytes of input in the queue of an enterprise workspace. By default 21 kB for each execution of a full queue.',
  ),
};
