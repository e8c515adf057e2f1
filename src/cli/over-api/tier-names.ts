import type { TierName } from '../../../packages/client/src/index.ts';
import { TIERS } from '../../domain/tier.ts';

/** As the client has them. Its types are generated from a build of this code, so while a tier is being added they lack it. */
export const TIER_NAMES = TIERS as readonly string[] as readonly TierName[];
