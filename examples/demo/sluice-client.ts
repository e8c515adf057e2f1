import { setTimeout as delay } from 'node:timers/promises';

export interface Execution {
  readonly id: string;
  readonly seq: number;
  readonly status: string;
  readonly admittedAt: string | null;
  readonly failure: { type: string; message: string } | null;
}

export interface SluiceClient {
  putWorkspace(id: string, fields: object): Promise<void>;
  patchWorkspace(id: string, fields: object): Promise<void>;
  enqueue(workspaceId: string, body: object, idempotencyKey: string): Promise<Execution>;
  /** All executions of a workspace, by seq. */
  list(workspaceId: string): Promise<Execution[]>;
}

const ASK_AGAIN_MS = 250;

/**
 * The API as a careful client uses it: a request that got no answer, or a 503, is repeated with the same idempotency key until it
 * does. Gives up after `patienceMs`.
 */
export function sluiceClient(
  baseUrl: string,
  options: { patienceMs: number; say: (line: string) => void },
): SluiceClient {
  const call = async (
    method: string,
    path: string,
    body?: object,
    headers: Record<string, string> = {},
  ): Promise<unknown> => {
    const end = Date.now() + options.patienceMs;
    let told = false;
    for (;;) {
      const answer = await ask(`${baseUrl}${path}`, method, body, headers);
      if (answer.ok) return answer.body;
      if (answer.final || Date.now() > end) throw new Error(`${method} ${path}: ${answer.why}`);
      if (!told) options.say(`the API does not answer (${answer.why}); asking again`);
      told = true;
      await delay(ASK_AGAIN_MS);
    }
  };
  return {
    putWorkspace: async (id, fields) => void (await call('PUT', `/v1/workspaces/${id}`, fields)),
    patchWorkspace: async (id, fields) => void (await call('PATCH', `/v1/workspaces/${id}`, fields)),
    enqueue: async (workspaceId, body, key) =>
      (await call('POST', `/v1/workspaces/${workspaceId}/executions`, body, {
        'idempotency-key': key,
      })) as Execution,
    async list(workspaceId) {
      const items: Execution[] = [];
      let cursor: string | null = null;
      do {
        const query: string =
          cursor === null ? '?limit=200' : `?limit=200&cursor=${encodeURIComponent(cursor)}`;
        const page = (await call('GET', `/v1/workspaces/${workspaceId}/executions${query}`)) as {
          items: Execution[];
          nextCursor: string | null;
        };
        items.push(...page.items);
        cursor = page.nextCursor;
      } while (cursor !== null);
      return items.sort((a, b) => a.seq - b.seq);
    },
  };
}

type Asked = { ok: true; body: unknown } | { ok: false; final: boolean; why: string };

async function ask(
  url: string,
  method: string,
  body: object | undefined,
  headers: Record<string, string>,
): Promise<Asked> {
  try {
    const response = await fetch(url, {
      method,
      headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (response.ok) return { ok: true, body: text === '' ? null : JSON.parse(text) };
    return {
      ok: false,
      final: response.status < 500 && response.status !== 429,
      why: `${response.status} ${text}`,
    };
  } catch (error) {
    return { ok: false, final: false, why: error instanceof Error ? error.message : String(error) };
  }
}
