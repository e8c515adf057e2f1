import { readFileSync } from 'node:fs';

// What all peers share: how they are asked, what they write down, and how they end.

/** A peer that is not done by then has failed. */
const DEADLINE_MS = 180_000;

/** {databaseUrl, tenants, jobsPerTenant, cap, workMs, setting, temporalAddress, namespace}: see bench/parts/peer.ts. */
export function readWork() {
  setTimeout(() => {
    console.error(`not done after ${DEADLINE_MS / 1000} s`);
    process.exit(1);
  }, DEADLINE_MS).unref();
  return JSON.parse(process.argv[2]);
}

/** Collects what jobs write down; `done` resolves when all have ended. */
export function createRecord({ tenants, jobsPerTenant, workMs }) {
  const intervals = [];
  const total = tenants.length * jobsPerTenant;
  let allEnded;
  const done = new Promise((resolve) => (allEnded = resolve));
  return {
    done,
    /** One job: `tenant` is an index. */
    async work(tenant, seq) {
      const began = performance.timeOrigin + performance.now();
      await new Promise((resolve) => setTimeout(resolve, workMs));
      const ended = performance.timeOrigin + performance.now();
      intervals.push([tenant, seq, began, ended]);
      if (intervals.length === total) allEnded();
    },
    /** The last line that a peer prints. */
    print(about) {
      console.log(JSON.stringify({ ...about, intervals }));
    },
  };
}

/** All jobs, the tenants in turn, each tenant's in its own order. */
export function* jobsInOrder({ tenants, jobsPerTenant }) {
  for (let seq = 0; seq < jobsPerTenant; seq++)
    for (let tenant = 0; tenant < tenants.length; tenant++) yield { tenant, seq };
}

/** Of a package in bench/node_modules. */
export function versionOf(name) {
  const file = new URL(`../node_modules/${name}/package.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')).version;
}
