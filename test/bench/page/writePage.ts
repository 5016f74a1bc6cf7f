import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Results } from '../results.ts';
import { chartsOf } from './charts.ts';
import { pageOf } from './page.ts';

/** Files below the documentation folder, and what is in them. */
export function filesOf(results: Results): Readonly<Record<string, string>> {
  const charts = Object.entries(chartsOf(results)).map(([file, svg]) => [`benchmarks/${file}`, svg] as const);
  return { 'benchmarks.md': pageOf(results), ...Object.fromEntries(charts) };
}

/** Writes page and charts into the documentation folder. */
export function writePage(results: Results, docs: string): void {
  mkdirSync(path.join(docs, 'benchmarks'), { recursive: true });
  for (const [file, text] of Object.entries(filesOf(results))) writeFileSync(path.join(docs, file), text);
}
