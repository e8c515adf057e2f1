import { ApplicationFailure, proxyActivities } from '@temporalio/workflow';

/** What the report needs done outside the sandbox. Runs on the workflow's own queue. */
export interface OrderReportActivities {
  /** The countries that have orders, in alphabetical order. */
  listCountries(): Promise<string[]>;
  summariseCountry(country: string): Promise<CountrySummary>;
  /** A Markdown table with a total. */
  writeReport(title: string, summaries: readonly CountrySummary[]): Promise<string>;
}

export interface CountrySummary {
  readonly country: string;
  readonly orders: number;
  readonly revenueCents: number;
  readonly bestProduct: string;
}

export interface OrderReportInput {
  /** Defaults to "Orders by country". */
  readonly title?: string;
  /** Only these. Defaults to all in the data. */
  readonly countries?: readonly string[];
}

export interface OrderReport {
  readonly countries: number;
  readonly orders: number;
  readonly revenueCents: number;
  readonly report: string;
}

const { listCountries, summariseCountry, writeReport } = proxyActivities<OrderReportActivities>({
  startToCloseTimeout: '30s',
  retry: { maximumAttempts: 5 },
});

/** A report in steps on the orders in examples/data: list the countries, sum up each one, write it all up. */
export async function orderReport(input: OrderReportInput | null = {}): Promise<OrderReport> {
  const { title = 'Orders by country', countries } = input ?? {};
  const known = await listCountries();
  const unknown = (countries ?? []).filter((country) => !known.includes(country));
  if (unknown.length > 0)
    throw ApplicationFailure.nonRetryable(`no orders from ${unknown.join(', ')}`, 'InvalidRequest');
  const summaries: CountrySummary[] = [];
  for (const country of countries ?? known) summaries.push(await summariseCountry(country));
  return {
    countries: summaries.length,
    orders: sum(summaries.map((summary) => summary.orders)),
    revenueCents: sum(summaries.map((summary) => summary.revenueCents)),
    report: await writeReport(title, summaries),
  };
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
