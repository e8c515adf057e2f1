import { type PayloadConverter, defaultPayloadConverter } from '@temporalio/common';

/** Stands where a payload could not be decoded. It is no value that any of our messages takes. */
export class Undecodable {
  /** Why, in the decoder's words. */
  readonly undecodable: string;

  constructor(why: string) {
    this.undecodable = why;
  }
}

/**
 * The SDK's own converter, but that decoding never throws. The SDK decodes a signal's arguments, and the details of a child's failure,
 * before any code of ours runs, and an error thrown there fails the workflow task for ever: one signal with half a JSON text, or one
 * child of a worker that encrypts, would wedge the gate.
 */
export const payloadConverter: PayloadConverter = {
  toPayload: (value, context, hint) => defaultPayloadConverter.toPayload(value, context, hint),
  fromPayload: (payload, context, hint) => {
    try {
      return defaultPayloadConverter.fromPayload(payload, context, hint);
    } catch (error) {
      return new Undecodable(error instanceof Error ? error.message : String(error)) as never;
    }
  },
};
