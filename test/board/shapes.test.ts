import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { components } from '../../packages/client/src/generated/api.ts';
import type * as Shapes from '../../src/board/page/ask/shapes.ts';
import { changeText } from '../../src/board/page/changes/change-text.ts';
import { routeOf } from '../../src/board/page/place/route.ts';
import { prettyText, readExact } from '../../src/board/page/text/exact-json.ts';
import { durationText, sinceText } from '../../src/board/page/text/text.ts';

type Answers = components['schemas'];

/** What the board takes an answer for, the API answers: this does not compile otherwise. */
const KNOWN: {
  readonly [Name in keyof Answers & keyof typeof Known]: (answer: Answers[Name]) => (typeof Known)[Name];
} = {
  Session: (answer) => answer,
  Stats: (answer) => answer,
  WorkspaceStats: (answer) => answer,
  Workspace: (answer) => answer,
  ExecutionSummary: (answer) => answer,
  QueuedExecution: (answer) => answer,
  Execution: (answer) => answer,
  Explanation: (answer) => answer,
  Change: (answer) => answer,
  Tier: (answer) => answer,
};

declare const Known: {
  Session: Shapes.Session;
  Stats: Shapes.Stats;
  WorkspaceStats: Shapes.WorkspaceStats;
  Workspace: Shapes.Workspace;
  ExecutionSummary: Shapes.ExecutionSummary;
  QueuedExecution: Shapes.QueuedExecution;
  Execution: Shapes.Execution;
  Explanation: Shapes.Explanation;
  Change: Shapes.Change;
  Tier: Shapes.Tier;
};

test('the board takes each answer for what the OpenAPI document says', () => {
  assert.equal(Object.keys(KNOWN).length, 10);
});

test('an address leads to one page, and an address of the API to none', () => {
  assert.deepEqual(routeOf('/'), { page: 'workspaces' });
  assert.deepEqual(routeOf('/failures'), { page: 'failures' });
  assert.deepEqual(routeOf('/workspaces/acme'), { page: 'workspace', workspaceId: 'acme' });
  assert.deepEqual(routeOf('/workspaces/acme/executions/1'), {
    page: 'execution',
    workspaceId: 'acme',
    executionId: '1',
  });
  for (const path of [
    '/docs',
    '/v1/workspaces',
    '/workspaces',
    '/workspaces/',
    '/workspaces/a/b',
    '/failures/x',
  ])
    assert.deepEqual(routeOf(path), { page: 'nowhere' }, path);
});

test('a duration has its two largest units', () => {
  const cases: [number, string][] = [
    [0, '0 ms'],
    [340, '340 ms'],
    [1_000, '1.0 s'],
    [12_900, '12 s'],
    [185_000, '3 m 05 s'],
    [7_800_000, '2 h 10 m'],
    [356_400_000, '4 d 03 h'],
  ];
  for (const [ms, text] of cases) assert.equal(durationText(ms), text);
  assert.equal(durationText(null), '–');
  const at = new Date(0).toISOString();
  assert.deepEqual(
    [0, 999, 1_000, 9_999, 10_000, 75_000].map((nowMs) => sinceText(at, nowMs)),
    ['0 s', '0 s', '1 s', '9 s', '10 s', '1 m 15 s'],
  );
});

test('a change says what it changed, from what to what', () => {
  assert.equal(
    changeText({ from: { limitOverride: null, limit: 5 }, to: { limitOverride: 8, limit: 8 } }),
    'limit override none → 8, limit 5 → 8',
  );
  assert.equal(changeText({ from: null, to: { tier: 'pro' } }), 'tier pro');
  assert.equal(changeText({ from: { until: 'x' }, to: { until: 'x' } }), '');
  assert.equal(changeText({ from: null, to: null }), '');
});

test('JSON is laid out for people with all that it says', () => {
  const text = '{"a":[1,2.50],"b":{"c":null,"d":[{"e":"<b>"}]},"f":{},"g":[]}';
  const shown = prettyText(readExact(text));
  assert.deepEqual(JSON.parse(shown), JSON.parse(text));
  assert.match(shown, /^\{\n {2}"a": \[1, 2\.50?\],\n {2}"b": \{\n/);
});
