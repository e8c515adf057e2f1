import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PAGE_PATHS } from '../../../src/board/board-files.ts';
import { type ApiUnderTest, startApiUnderTest } from '../api-under-test.ts';

let api: ApiUnderTest;
before(async () => {
  api = await startApiUnderTest({ AUTH: 'keys' });
});
after(() => api.stop());

const get = (path: string, headers: Record<string, string> = {}) => api.call({ path, headers });

test('the board is at /, and a link into it leads to the same page', async () => {
  const texts = await Promise.all(
    PAGE_PATHS.map(async (path) => {
      const answer = await get(path.replaceAll(/:\w+/g, 'x'));
      assert.equal(answer.status, 200, path);
      assert.equal(answer.headers['content-type'], 'text/html; charset=utf-8');
      return answer.text;
    }),
  );
  assert.equal(new Set(texts).size, 1);
  assert.equal((await get('/nothing')).status, 404);
  assert.equal((await get('/workspaces')).status, 404);
});

test('the page may run its own scripts and styles and nothing else, and has none in itself', async () => {
  const { headers, text } = await get('/');
  assert.equal(
    headers['content-security-policy'],
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
      "frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
  );
  assert.doesNotMatch(text, /<style|\sstyle=|\son\w+=|<script(?![^>]* src=)|javascript:/i);
});

test('a file of the page is kept for ever under its path, and asked for again under that of another version', async () => {
  const { headers, text } = await get('/');
  const again = await get('/', { 'if-none-match': String(headers['etag']) });
  assert.deepEqual([headers['cache-control'], again.status, again.text], ['no-cache', 304, '']);
  const paths = [...text.matchAll(/(?:src|href)="(\/board\/[^"]+)"/g)].map(([, path]) => path!);
  assert.ok(paths.length > 20);
  for (const path of paths) {
    const file = await get(path);
    assert.equal(file.status, 200, path);
    assert.equal(file.headers['cache-control'], 'public, max-age=31536000, immutable');
    const copy = await get(path, { 'if-none-match': String(file.headers['etag']) });
    assert.equal(copy.status, 304);
  }
  const main = paths.find((path) => path.endsWith('/main.js'))!;
  const version = main.split('/')[2]!;
  const other = await get(main.replace(version, 'other'));
  assert.deepEqual([other.status, other.headers['cache-control']], [200, 'no-store']);
});

test('what a module imports is served where it looks for it', async () => {
  const { text } = await get('/');
  const modules = [...text.matchAll(/modulepreload" href="([^"]+)"/g)].map(([, path]) => path!);
  for (const path of modules) {
    const { text: code } = await get(path);
    for (const [, imported] of code.matchAll(/(?:from|import)\s*["']([^"']+)["']/g)) {
      const { pathname } = new URL(imported!, `http://h${path}`);
      assert.match(imported!, /^\.\.?\//, `${path} imports ${imported}`);
      assert.ok(modules.includes(pathname), `${path} imports ${imported}`);
    }
  }
});

test('no other file of the machine is served', async () => {
  const { text } = await get('/');
  const folder = /\/board\/[^/]+\//.exec(text)![0];
  for (const path of [
    '../server.js',
    '..%2fserver.js',
    '%2e%2e/board/board-files.js',
    'page/../../board-files.js',
    'page/',
    '',
  ])
    assert.equal((await get(folder + path)).status, 404, path);
});
