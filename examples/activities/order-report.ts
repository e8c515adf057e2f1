import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CountrySummary, OrderReportActivities } from '../workflows/order-report.ts';

interface Order {
  readonly country: string;
  readonly product: string;
  readonly quantity: number;
  readonly unitPriceCents: number;
}

export async function listCountries(): Promise<string[]> {
  const orders = await readOrders();
  return [...new Set(orders.map((order) => order.country))].sort();
}

export async function summariseCountry(country: string): Promise<CountrySummary> {
  const orders = (await readOrders()).filter((order) => order.country === country);
  const revenueByProduct = new Map<string, number>();
  for (const { product, quantity, unitPriceCents } of orders) {
    revenueByProduct.set(product, (revenueByProduct.get(product) ?? 0) + quantity * unitPriceCents);
  }
  const ranked = [...revenueByProduct].sort(([, a], [, b]) => b - a);
  return {
    country,
    orders: orders.length,
    revenueCents: ranked.reduce((total, [, revenue]) => total + revenue, 0),
    bestProduct: ranked[0]?.[0] ?? '',
  };
}

export async function writeReport(title: string, summaries: readonly CountrySummary[]): Promise<string> {
  const total = summaries.reduce((sum, summary) => sum + summary.revenueCents, 0);
  const rows = summaries.map(
    ({ country, orders, revenueCents, bestProduct }) =>
      `| ${country} | ${orders} | ${euros(revenueCents)} | ${bestProduct} |`,
  );
  return [
    `# ${title}`,
    '',
    '| Country | Orders | Revenue | Best product |',
    '|---|--:|--:|---|',
    ...rows,
    '',
    `Total: ${euros(total)}`,
  ].join('\n');
}

({ listCountries, summariseCountry, writeReport }) satisfies OrderReportActivities;

function euros(cents: number): string {
  return `${(cents / 100).toFixed(2)} EUR`;
}

async function readOrders(): Promise<Order[]> {
  const text = await readFile(join(packageRoot(), 'examples/data/orders.csv'), 'utf8');
  const [, ...lines] = text.trim().split('\n');
  return lines.map((line) => {
    const [, , country, product, quantity, unitPriceCents] = line.split(',');
    return {
      country: country!,
      product: product!,
      quantity: Number(quantity),
      unitPriceCents: Number(unitPriceCents),
    };
  });
}

/** The data is not compiled, so it is found from the package and not from this file, which may run from dist/. */
function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}
