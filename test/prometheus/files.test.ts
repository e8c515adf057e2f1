import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readRepositoryFile } from '../project/compose-rules.ts';
import { parse } from 'yaml';
import { readAlertRules, rulesOf } from './alert-rules.ts';
import { dashboardQueries, readDashboards } from './dashboards.ts';

const METRIC = /\b(sluice|temporal|nodejs|process)_[a-z_0-9]+/g;

/** Suffixes that Prometheus gives the series of a histogram. */
const SERIES_OF_HISTOGRAM = /_(bucket|count|sum)$/;

const documented = new Set(
  [...readRepositoryFile('docs/metrics.md').matchAll(/^\| `(\w+)`/gm)].map((match) => match[1]!),
);

function unknownMetrics(text: string): string[] {
  return (text.match(METRIC) ?? []).filter(
    (name) => !documented.has(name) && !documented.has(name.replace(SERIES_OF_HISTOGRAM, '')),
  );
}

describe('the alerts', () => {
  const runbook = readRepositoryFile('docs/runbook.md');
  const sections = new Map(
    runbook
      .split(/^## /m)
      .slice(1)
      .map((section) => [section.split('\n')[0]!, section]),
  );
  for (const { alert, expr, labels, annotations } of rulesOf(readAlertRules())) {
    it(`${alert} has a severity, a summary that says where, a link to its section of the runbook, and metrics that exist`, () => {
      assert.match(labels['severity'] ?? '', /^(page|ticket)$/);
      assert.match(annotations['summary'] ?? '', /\{\{.*\$labels\.installation/);
      assert.ok(annotations['description']);
      assert.equal(annotations['runbook_url'], `docs/runbook.md#${alert.toLowerCase()}`);
      assert.deepEqual(unknownMetrics(expr), []);
    });

    it(`${alert} has a section that says what it means, what to look at, what to do, and how its end is seen`, () => {
      const section = sections.get(alert) ?? '';
      for (const part of ['**Means.**', '**Look.**', '**Do.**', '**Over.**'])
        assert.ok(section.includes(part), `no ${part} in the section ${alert}`);
    });
  }

  it('have no section in the runbook without an alert', () => {
    const names = new Set(rulesOf(readAlertRules()).map(({ alert }) => alert));
    assert.deepEqual(
      [...sections.keys()].filter((name) => name.startsWith('Sluice') && !names.has(name)),
      [],
    );
  });

  it('and the runbook name only metrics that exist', () => {
    assert.deepEqual(unknownMetrics(runbook), []);
  });

  it('are scraped from the ports that the example says', () => {
    const config = parse(readRepositoryFile('deploy/prometheus/prometheus.yaml')) as {
      scrape_configs: { job_name: string }[];
    };
    assert.deepEqual(
      config.scrape_configs.map(({ job_name }) => job_name),
      ['sluice-api', 'sluice-workers'],
    );
  });
});

describe('the dashboards', () => {
  for (const [file, { id, uid, description, tags, templating, panels }] of Object.entries(readDashboards())) {
    it(`${file} belongs to no Grafana: its ids are Grafana's to give, and its datasource is a variable`, () => {
      assert.deepEqual([id, uid], [null, undefined]);
      assert.ok(description && tags.includes('sluice'));
      assert.equal(templating.list[0]?.type, 'datasource');
      const ours = JSON.stringify({ type: 'prometheus', uid: '${datasource}' });
      const sources = [
        ...templating.list.slice(1),
        ...panels,
        ...panels.flatMap(({ targets = [] }) => targets),
      ];
      for (const source of sources)
        if (!('type' in source && source.type === 'row'))
          assert.equal(JSON.stringify(source.datasource), ours, JSON.stringify(source));
    });

    it(`${file} says of each panel in which unit and what it shows, and no two lie on each other`, () => {
      for (const panel of panels.filter(({ type }) => type !== 'row')) {
        assert.ok(panel.fieldConfig?.defaults.unit, `${panel.title} has no unit`);
        assert.ok((panel.description ?? '').length > 30, `${panel.title} has no description`);
        assert.ok((panel.targets ?? []).length > 0, `${panel.title} asks nothing`);
        const { x, y, w, h } = panel.gridPos;
        assert.ok(x + w <= 24, `${panel.title} reaches beyond the page`);
        const covered = panels.filter(
          ({ gridPos: other }) =>
            x < other.x + other.w && other.x < x + w && y < other.y + other.h && other.y < y + h,
        );
        assert.deepEqual(covered, [panel]);
      }
    });
  }

  it('ask only for metrics that exist', () => {
    assert.deepEqual(
      unknownMetrics(
        dashboardQueries({ workspace: 'acme' })
          .map(({ expr }) => expr)
          .join('\n'),
      ),
      [],
    );
  });
});
