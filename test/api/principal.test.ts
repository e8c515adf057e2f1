import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import Fastify from 'fastify';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { requirePrincipal } from '../../src/api/v1/principal.ts';
import { type ApiUnderTest, startApiUnderTest } from './api-under-test.ts';

let api: ApiUnderTest;
before(async () => (api = await startApiUnderTest()));
after(() => api.stop());

for (const AUTH of ['', 'none'] as const) {
  test(`with AUTH "${AUTH}" whoever asks may do everything, inside the scope only`, async () => {
    const app = Fastify().withTypeProvider<TypeBoxTypeProvider>();
    await app.register(
      async (scope: typeof app) => {
        requirePrincipal(scope, { AUTH });
        scope.get('/asked', ({ principal: { id, rights } }, reply) =>
          reply.send({ id, rights: [...rights] }),
        );
      },
      { prefix: '/v1' },
    );
    app.get('/outside', (request, reply) => reply.send({ hasPrincipal: 'principal' in request }));
    assert.deepEqual((await app.inject('/v1/asked')).json(), {
      id: 'anonymous',
      rights: ['read', 'enqueue', 'end', 'configure'],
    });
    assert.deepEqual((await app.inject('/outside')).json(), { hasPrincipal: false });
    await app.close();
  });
}

test('every operation below /v1 says what a caller has to send, which is nothing, and no other one does', async () => {
  const { body } = await api.call({ path: '/openapi.json' });
  const paths = body.paths as Record<string, Record<string, { security?: object[] }>>;
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, { security }] of Object.entries(methods))
      assert.deepEqual(security, path.startsWith('/v1/') ? [{}] : undefined, `${method} ${path}`);
  }
});
