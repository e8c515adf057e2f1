import { killAll, launch, type Started, startSettings, untilRunning } from './started.ts';

/** The whole product, as `npm start` starts it. */
export interface RunningProduct {
  /** Where its API is. */
  readonly url: string;
  /** With the ports that were free. */
  readonly settings: Readonly<Record<string, string>>;
  /** As Ctrl-C does; whoever is left then is killed. */
  stop(): Promise<void>;
}

/** Starts it beside others, on a data folder of its own; resolves once it runs. */
export async function startProduct(
  dataDir: string,
  more: Readonly<Record<string, string>> = {},
): Promise<RunningProduct> {
  const settings = { ...(await startSettings(dataDir)), ...more };
  const started = launch(settings);
  try {
    await untilRunning(started);
  } catch (error) {
    await interrupt(started);
    throw error;
  }
  const processes = started.processes();
  return {
    url: `http://127.0.0.1:${settings['PORT']}`,
    settings,
    async stop() {
      await interrupt(started);
      killAll(processes);
    },
  };
}

async function interrupt({ child, ended }: Started): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid!, 'SIGINT');
  await ended();
}
