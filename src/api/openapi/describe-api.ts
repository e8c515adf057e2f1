import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { Api } from '../server/api.ts';
import { ICON, LOGO } from './docs-brand.ts';

const description = `
Sluice lets so many Temporal workflows of a workspace run at once, and keeps the rest in the queue.

1. \`PUT /v1/workspaces/{workspaceId}\` creates a workspace with its tier.
2. \`POST /v1/workspaces/{workspaceId}/executions\` stores an execution and answers \`202\`. Send an \`Idempotency-Key\` and a repeat is safe.
3. \`GET\` its \`Location\` with \`?wait=30\`, which answers as soon as it has ended, or follow its events.

Bodies are JSON in UTF-8. Nothing in them is coerced, and an unknown member is refused. Every error is an RFC 9457 problem document
(\`application/problem+json\`) whose \`type\` never changes its meaning. Every answer carries an \`X-Request-Id\`: yours when you sent one.
Send a key as \`Authorization: Bearer slc_...\`. Where the installation runs with \`AUTH=none\`, none is asked for.`;

const SECURITY_SCHEMES = {
  apiKey: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'slc_{id}_{secret}_{checksum}',
    description: 'A key. What it may do, and in which workspace, was said when it was made.',
  },
  readToken: {
    type: 'apiKey',
    in: 'query',
    name: 'token',
    description:
      'Reads one execution for up to an hour, where no header can be sent: `POST /v1/workspaces/{workspaceId}/executions/{executionId}/tokens`.',
  },
} as const;

/** The page runs its own scripts only, and calls nobody but us. Its pictures are in its style sheet, and styles in its elements. */
const CONTENT_SECURITY_POLICY = {
  'default-src': "'none'",
  'script-src': "'self'",
  'style-src': "'self' 'unsafe-inline'",
  'img-src': "'self' data:",
  'connect-src': "'self'",
  'base-uri': "'none'",
  'form-action': "'none'",
  'frame-ancestors': "'none'",
};

/** Documents every route that is registered after it: at /openapi.json for machines, at /docs for people. */
export async function describeApi(app: Api): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Sluice',
        version: '1',
        description: description.trim(),
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [{ url: '/', description: 'The installation that serves this document.' }],
      // Of what states none of its own: the health checks.
      security: [],
      components: { securitySchemes: SECURITY_SCHEMES },
      tags: [
        { name: 'Tiers', description: 'The plans of workspaces.' },
        { name: 'Workspaces', description: 'Tenants, their tiers and their limits.' },
        { name: 'Executions', description: 'Requests to run a workflow, from the queue to the result.' },
        { name: 'Events', description: 'What happens in a workspace, as it happens.' },
        { name: 'Gates', description: 'What lets executions through, one for each workspace.' },
        { name: 'Stats', description: 'Workspaces in numbers, for people.' },
        {
          name: 'Bulk acts',
          description:
            'Cancels, terminations and reruns of all executions that match, carried on by workers.',
        },
        { name: 'Changes', description: 'What was done to workspaces, tiers and keys, by whom, and why.' },
        { name: 'Keys', description: 'Who may call, and what for.' },
        { name: 'Session', description: 'A key in a browser, for the board.' },
        { name: 'Health', description: 'For probes and monitoring.' },
      ],
    },
    refResolver: {
      buildLocalReference: (schema, _base, _fragment, i) =>
        typeof schema.$id === 'string' ? schema.$id : `schema-${i}`,
    },
  });
  await app.register(async (docs) => {
    docs.addHook('onRoute', (route) => void (route.config = { ...route.config, right: 'none' }));
    await docs.register(swaggerUi, {
      routePrefix: '/docs',
      staticCSP: CONTENT_SECURITY_POLICY,
      uiConfig: { tryItOutEnabled: true, displayRequestDuration: true },
      logo: { type: 'image/svg+xml', content: LOGO },
      theme: {
        title: 'Sluice API',
        favicon: [
          { filename: 'sluice.svg', rel: 'icon', sizes: 'any', type: 'image/svg+xml', content: ICON },
        ],
      },
    });
  });
  app.get('/openapi.json', { config: { right: 'none' }, schema: { hide: true } }, async (_request, reply) =>
    reply.send(app.swagger()),
  );
}
