import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { ProblemError, Sluice } from '@sluice/client';

// A shop whose customers start a report and watch it. Its own key never leaves this process: a page gets a token that reads one execution.

const PORT = Number(process.env.PORT ?? 3000);
const SLUICE_URL = process.env.SLUICE_URL ?? 'http://127.0.0.1:8080';
const WORKSPACE = process.env.SLUICE_WORKSPACE ?? 'acme';
const REQUESTED_URL = process.env.REQUESTED_URL ?? 'http://127.0.0.1:9099/hello?delayMs=3000';
const BODY_MAX_BYTES = 1_024;

const sluice = new Sluice({ baseUrl: SLUICE_URL, apiKey: process.env.SLUICE_KEY });
const page = await readFile(new URL('page.html', import.meta.url));

/** Answers 202 as soon as the execution is stored. A customer who sends the same order again gets the same execution. */
async function startReport({ order }) {
  const report = await sluice.start('httpRequest', {
    workspace: WORKSPACE,
    input: { method: 'GET', url: REQUESTED_URL },
    reference: order,
    idempotencyKey: `report-${order}`,
  });
  const { token } = await report.readToken();
  const address = `${SLUICE_URL}/v1/workspaces/${WORKSPACE}/executions/${report.id}`;
  return { execution: `${address}?token=${token}`, events: `${address}/events?token=${token}` };
}

async function bodyOf(request) {
  let text = '';
  for await (const chunk of request) {
    text += chunk;
    if (text.length > BODY_MAX_BYTES) throw new SyntaxError('The body is too long.');
  }
  const body = JSON.parse(text);
  if (typeof body?.order !== 'string' || !/^[\w-]{1,40}$/.test(body.order))
    throw new SyntaxError('`order` is up to 40 letters and digits.');
  return body;
}

function answer(response, status, body) {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function serve(request, response) {
  try {
    if (request.method === 'GET' && request.url === '/')
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page);
    else if (request.method === 'POST' && request.url === '/reports')
      answer(response, 202, await startReport(await bodyOf(request)));
    else answer(response, 404, { error: 'There is nothing here.' });
  } catch (error) {
    if (error instanceof SyntaxError) return answer(response, 400, { error: error.message });
    console.error(error);
    // What the customer can do something about: a full queue, a moment without Sluice.
    const status = error instanceof ProblemError && error.status === 429 ? 429 : 502;
    answer(response, status, { error: 'The report cannot be started now. Try again in a minute.' });
  }
}

const server = createServer((request, response) => void serve(request, response));
server.listen(PORT, '127.0.0.1', () => console.log(`Open http://127.0.0.1:${server.address().port}`));
