import type { Everything } from './start-everything.ts';

/** What `npm start` prints once all runs: where things are, one line to try, how to stop. */
export function banner(
  { apiUrl, temporalUiUrl, dataDir, logFile, config }: Everything,
  tookMs: number,
): string {
  const allowsPrivate = config.EXTERNAL_API_ALLOW_PRIVATE;
  return `
  Sluice runs (after ${(tookMs / 1000).toFixed(1)} s)

    API          ${apiUrl}
    API docs     ${apiUrl}/docs
    Temporal UI  ${temporalUiUrl}
    Data         ${dataDir}
    Logs         ${logFile} (warnings and errors show here, too)
    httpRequest  ${allowsPrivate ? `may call this machine and private addresses (EXTERNAL_API_ALLOW_PRIVATE=true)` : 'may call public addresses only'}

  Try it:

    ${tryIt(apiUrl, allowsPrivate)}

  Ctrl-C stops it. All that was accepted is kept, and goes on at the next start.
`;
}

/** Makes a workspace and enqueues one real HTTP call in it. */
function tryIt(apiUrl: string, allowsPrivate: boolean): string {
  const json = `-H 'content-type: application/json'`;
  const workspace = `${apiUrl}/v1/workspaces/acme`;
  const target = allowsPrivate ? `${apiUrl}/health/ready` : 'https://example.com';
  const execution = JSON.stringify({ workflowType: 'httpRequest', input: { method: 'GET', url: target } });
  return `curl -sX PUT ${workspace} ${json} -d '{"tier":"pro"}' && curl -s ${workspace}/executions ${json} -d '${execution}'`;
}
