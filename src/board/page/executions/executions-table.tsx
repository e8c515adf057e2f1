import { type ComponentChildren, h } from 'preact';
import type { ExecutionSummary } from '../ask/shapes.ts';
import type { Selection } from '../parts/selection.ts';

export interface Column<Row> {
  readonly name: string;
  readonly class?: string;
  readonly cell: (row: Row) => ComponentChildren;
}

interface ExecutionsTableProps<Row extends ExecutionSummary> {
  /** For who does not see what stands above it. */
  readonly name: string;
  /** Null before there is an answer. */
  readonly rows: readonly Row[] | null;
  readonly columns: readonly Column<Row>[];
  /** What is said when there are none. */
  readonly none: string;
  /** Left out where nothing can be done with rows. */
  readonly selection?: Selection;
}

/** Executions, and boxes to select them by. */
export function ExecutionsTable<Row extends ExecutionSummary>(props: ExecutionsTableProps<Row>) {
  const { name, rows, columns, none, selection } = props;
  return (
    <table class="table executions" aria-busy={rows === null}>
      <caption class="unseen">{name}</caption>
      <thead>
        <tr>
          {selection && <SelectAll name={name} rows={rows ?? []} selection={selection} />}
          {columns.map((column) => (
            <th key={column.name} scope="col" class={column.class}>
              {column.name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows?.map((row) => (
          <tr key={row.id} class={selection?.has(row.id) === true ? 'selected' : undefined}>
            {selection && <SelectOne row={row} selection={selection} />}
            {columns.map((column) => (
              <td key={column.name} class={column.class}>
                {column.cell(row)}
              </td>
            ))}
          </tr>
        ))}
        {rows?.length === 0 && (
          <tr>
            <td colSpan={columns.length + (selection ? 1 : 0)} class="empty">
              {none}
            </td>
          </tr>
        )}
      </tbody>
    </table>
  );
}

interface SelectAllProps {
  readonly name: string;
  readonly rows: readonly ExecutionSummary[];
  readonly selection: Selection;
}

function SelectAll({ name, rows, selection }: SelectAllProps) {
  const count = rows.filter(({ id }) => selection.has(id)).length;
  return (
    <th scope="col" class="select">
      <input
        type="checkbox"
        aria-label={`Select all of ${name}`}
        checked={rows.length > 0 && count === rows.length}
        indeterminate={count > 0 && count < rows.length}
        disabled={rows.length === 0}
        onChange={(event) => selection.setAll(rows, event.currentTarget.checked)}
      />
    </th>
  );
}

function SelectOne({ row, selection }: { readonly row: ExecutionSummary; readonly selection: Selection }) {
  return (
    <td class="select">
      <input
        type="checkbox"
        aria-label={`Select ${row.workflowType} ${row.id}`}
        checked={selection.has(row.id)}
        onChange={() => selection.toggle(row)}
      />
    </td>
  );
}
