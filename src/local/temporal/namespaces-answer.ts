import { temporalAnswers } from './temporal-answers.ts';

/**
 * Asks a server, each time it is called, for the namespaces that have not answered yet: the frontend listens before they are there. True once each
 * has answered. A busy server answers only some in the time of one call, and all of them in several.
 */
export function namespacesAnswer(address: string, namespaces: readonly string[]): () => Promise<boolean> {
  const awaited = [...namespaces];
  return async () =>
    await temporalAnswers(address, async ({ workflowService }) => {
      for (;;) {
        const namespace = awaited.at(-1);
        if (namespace === undefined) return;
        await workflowService.describeNamespace({ namespace });
        awaited.pop();
      }
    });
}
