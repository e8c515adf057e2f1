import type { Everything } from '../start-everything.ts';

/** What `npm start` prints once all runs: where things are, one line to try, how to stop. */
export function banner(
  { apiUrl, echoUrl, temporalUiUrl, dataDir, logFile }: Everything,
  tookMs: number,
): string {
  return `
  Sluice runs (after ${(tookMs / 1000).toFixed(1)} s)

    API          ${apiUrl}
    API docs     ${apiUrl}/docs
    Temporal UI  ${temporalUiUrl}
    Data         ${dataDir}
    Logs         ${logFile} (warnings and errors show here, too)
    Echo         ${echoUrl} (the one place on this machine that httpRequest may call)

  Try it:

    ${tryIt(apiUrl, echoUrl)}

  Ctrl-C stops it. All that was accepted is kept, and goes on at the next start.
`;
}

/** Makes a workspace and enqueues one real HTTP call in it. */
function tryIt(apiUrl: string, echoUrl: string): string {
  const json = `-H 'content-type: application/json'`;
  const workspace = `${apiUrl}/v1/workspaces/acme`;
  const execution = JSON.stringify({
    workflowType: 'httpRequest',
    input: { method: 'GET', url: `${echoUrl}/hello` },
  });
  return `curl -sX PUT ${workspace} ${json} -d '{"tier":"pro"}' && curl -s ${workspace}/executions ${json} -d '${execution}'`;
}
