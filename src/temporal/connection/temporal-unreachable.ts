import type { TemporalSettings } from './temporal-settings.ts';
import { OperatorError } from '../../process/operator-error.ts';

/** Thrown when Temporal does not answer while a process starts. */
export class TemporalUnreachableError extends OperatorError {
  override readonly name = 'TemporalUnreachableError';
  readonly address: string;
  readonly namespace: string;

  constructor({ address, namespace }: TemporalSettings, options: { cause: unknown }) {
    const why = options.cause instanceof Error ? options.cause.message : String(options.cause);
    super(
      `Temporal does not answer at ${address} (namespace ${namespace}): ${why}\n` +
        '  Set TEMPORAL_ADDRESS (and TEMPORAL_NAMESPACE, TEMPORAL_API_KEY) to a server that runs, or leave it unset for `npm start` to bring one.',
      options,
    );
    this.address = address;
    this.namespace = namespace;
  }
}
