/** The type of a workflow function that Sluice can start: it takes one argument at most. */
export type Workflow = (input: never) => Promise<unknown>;

/** Stands for a workflow whose type the caller does not have. */
export type AnyWorkflow = (input?: unknown) => Promise<unknown>;

/** What a workflow takes, as its own type says. */
export type InputOf<W extends Workflow> = Parameters<W>[0];

/** What a workflow returns, as its own type says: as with Temporal, what JSON cannot say (a Date, undefined) comes as JSON says it. */
export type ResultOf<W extends Workflow> = Awaited<ReturnType<W>>;

/** The member `input` of a start: absent, optional or required, as the workflow's argument is. */
export type InputMember<W extends Workflow> =
  Parameters<W> extends []
    ? { readonly input?: never }
    : [] extends Parameters<W>
      ? { readonly input?: InputOf<W> | undefined }
      : { readonly input: InputOf<W> };

/** The name under which workers know a workflow: its function's, as Temporal's SDK has it. */
export function typeNameOf(workflow: Workflow | string): string {
  const name = typeof workflow === 'string' ? workflow : workflow.name;
  if (name === '')
    throw new TypeError('The workflow function has no name: give its workflow type as a text.');
  return name;
}
