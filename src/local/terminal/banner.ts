import type { Everything } from '../start-everything.ts';

/** Sluice's own workflow, which WORKFLOWS_PATH replaces. */
const HTTP_REQUEST = 'httpRequest';

const OPEN = 'open: no key is asked for, because only this machine reaches the API; AUTH=keys asks for one';

const ASKS_FOR_KEYS = 'by key: `npx sluice keys create --admin` prints one; export it as SLUICE_KEY to try';

/** What `npm start` prints once all runs: where things are, one line to try, how to stop. */
export function banner(
  { apiUrl, asksForKeys, metricsUrls, echoUrl, temporalUiUrl, dataDir, logFile, workflowTypes }: Everything,
  tookMs: number,
): string {
  const own = workflowTypes.includes(HTTP_REQUEST) ? undefined : workflowTypes[0];
  return `
  Sluice runs (after ${(tookMs / 1000).toFixed(1)} s)

    API          ${apiUrl}
    Board        ${apiUrl}/
    API docs     ${apiUrl}/docs
    Access       ${asksForKeys ? ASKS_FOR_KEYS : OPEN}
    Metrics      ${metricsUrls.join(' and ')}
    Temporal UI  ${temporalUiUrl}
    Data         ${dataDir}
    Logs         ${logFile} (warnings and errors show here, too)
    Echo         ${echoUrl} (the one place on this machine that httpRequest may call)

  Try it${own === undefined ? '' : ', with an input of yours'}:

    ${tryIt(apiUrl, asksForKeys, own === undefined ? httpCall(echoUrl) : ownWorkflow(own))}

  Ctrl-C stops it. All that was accepted is kept, and goes on at the next start.
`;
}

/** Makes a workspace and enqueues one execution in it. */
function tryIt(apiUrl: string, asksForKeys: boolean, execution: TriedExecution): string {
  const key = asksForKeys ? ` -H "authorization: Bearer $SLUICE_KEY"` : '';
  const json = `-H 'content-type: application/json'${key}`;
  const workspace = `${apiUrl}/v1/workspaces/acme`;
  return `curl -sX PUT ${workspace} ${json} -d '{"tier":"pro"}' && curl -s ${workspace}/executions ${json} -d '${JSON.stringify(execution)}'`;
}

interface TriedExecution {
  readonly workflowType: string;
  readonly input: object;
}

/** A default export takes any name. */
function ownWorkflow(workflowType: string): TriedExecution {
  return { workflowType: workflowType === '*' ? 'anyName' : workflowType, input: {} };
}

/** One real HTTP call. */
function httpCall(echoUrl: string): TriedExecution {
  return { workflowType: HTTP_REQUEST, input: { method: 'GET', url: `${echoUrl}/hello` } };
}
