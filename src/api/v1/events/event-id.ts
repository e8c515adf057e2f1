import Type from 'typebox';
import type { EventPosition } from '../../../db/events/workspace-event.ts';

const ID_FORM = {
  maxLength: 25,
  pattern: '^[0-9]{1,9}-[0-9]{1,15}$',
  examples: ['1-4711'],
};

export const EventsQuery = Type.Object(
  {
    after: Type.Optional(
      Type.String({
        ...ID_FORM,
        description: 'The id of an event: begins with the one after it. Left out, the stream begins now.',
      }),
    ),
  },
  { additionalProperties: false },
);

export const EventsHeaders = Type.Object({
  'last-event-id': Type.Optional(
    Type.String({
      ...ID_FORM,
      description:
        'As EventSource sends it when it connects again. It wins over `after`, which is older then.',
    }),
  ),
});

/** The position that a request asks for; null when it asks for none. */
export function askedPosition(request: {
  readonly query: { readonly after?: string };
  readonly headers: { readonly 'last-event-id'?: string };
}): EventPosition | null {
  const id = request.headers['last-event-id'] ?? request.query.after;
  if (id === undefined) return null;
  const [epoch, number] = id.split('-').map(Number) as [number, number];
  return { epoch, number };
}

export function eventId({ epoch, number }: EventPosition): string {
  return `${epoch}-${number}`;
}
