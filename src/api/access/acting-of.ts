import type { FastifyRequest } from 'fastify';
import type { Acting } from '../../db/changes/record-change.ts';
import { idInRows } from '../../domain/keys/rights.ts';

/** Who asks, as the record of changes names him; the request may say why. */
export function actingOf(
  { principal }: Pick<FastifyRequest, 'principal'>,
  reason: string | null = null,
): Acting {
  return { by: idInRows(principal), source: 'api', reason };
}
