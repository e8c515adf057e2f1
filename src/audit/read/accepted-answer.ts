import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import Type, { type Static } from 'typebox';
import { Check, Errors } from 'typebox/value';
import { OperatorError } from '../../process/operator-error.ts';

/** One answer of the API, or one transaction of its own, as a client wrote it down: a JSON object a line. Fields beside these are ignored. */
const acceptedAnswerSchema = Type.Object({
  workspaceId: Type.String(),
  executionId: Type.String(),
  seq: Type.Optional(Type.Integer()),
  /** The Idempotency-Key that was sent. */
  key: Type.Optional(Type.String()),
  /** 202: accepted as new. 200: the key already stood for this execution. The others are of `sluice.enqueue`, by how its transaction ended. */
  status: Type.Union([
    Type.Literal(202),
    Type.Literal(200),
    Type.Literal('committed'),
    Type.Literal('rolled-back'),
  ]),
  /** When the client had the answer, or its commit, ISO 8601. */
  at: Type.String(),
});

export type AcceptedAnswer = Readonly<Static<typeof acceptedAnswerSchema>>;

/** Thrown when a client's log cannot be read or a line of it is not an answer. */
export class AcceptedLogError extends OperatorError {
  override readonly name = 'AcceptedLogError';
}

/**
 * Reads a client's log; empty lines are passed over.
 *
 * @throws AcceptedLogError
 */
export async function readAcceptedAnswers(file: string): Promise<AcceptedAnswer[]> {
  const answers: AcceptedAnswer[] = [];
  let number = 0;
  try {
    for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
      number++;
      if (line.trim() !== '') answers.push(answerOf(line, `${file}, line ${number}`));
    }
  } catch (cause) {
    if (cause instanceof AcceptedLogError) throw cause;
    throw new AcceptedLogError(`The log of accepted executions cannot be read: ${(cause as Error).message}`, {
      cause,
    });
  }
  return answers;
}

function answerOf(line: string, where: string): AcceptedAnswer {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new AcceptedLogError(`${where} is not JSON. Each line is one object: ${FORM}.`);
  }
  if (Check(acceptedAnswerSchema, value)) return value;
  const [error] = Errors(acceptedAnswerSchema, value);
  throw new AcceptedLogError(
    `${where} is not an accepted answer (${error?.instancePath || 'it'} ${error?.message}). Each line is one object: ${FORM}.`,
  );
}

const FORM = '{workspaceId, executionId, seq?, key?, status: 202, 200, "committed" or "rolled-back", at}';
