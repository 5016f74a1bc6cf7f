/**
 * What a cold start pays for each Lambda bundle, as deployed: `node test/bench/bundles.ts [RUNS]`. Each import happens in a
 * fresh process of the Node that runs this script; the median of RUNS (default 9) is printed. CPU time and memory are what the
 * import adds to those of Node itself: unlike the time on the wall they mean something on a machine that does other work too.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { bundleFunction, type FunctionName, functionNames } from '../../lib/stack/bundle.ts';

/** What the handlers read when they are loaded; the values lead nowhere. */
const environment = {
  AWS_REGION: 'eu-west-1',
  ACCOUNT_ID: '111122223333',
  FORWARDER_NAME: 'kef',
  HISTORY_TABLE: 'history',
  INCIDENTS_TABLE: 'incidents',
  CLUSTERS_TABLE: 'clusters',
  ORIGINALS_BUCKET: 'originals',
  EVENT_BUS_NAME: 'kef',
  TOPIC_ARN: 'arn:aws:sns:eu-west-1:111122223333:kef',
  RETENTION_DAYS: '30',
};

/** Prints what importing argv[1] took: milliseconds, CPU milliseconds of all threads, bytes of memory. */
const timer = `
  const [start, cpu, rss] = [performance.now(), process.cpuUsage(), process.memoryUsage.rss()];
  const { handler } = await import(process.argv[1]);
  const { user, system } = process.cpuUsage(cpu);
  console.log(JSON.stringify([performance.now() - start, (user + system) / 1000, process.memoryUsage.rss() - rss]));
  if (typeof handler !== 'function') throw new Error('the bundle exports no handler');
  process.exit();`;

function importCost(module: string): [ms: number, cpuMs: number, bytes: number] {
  const url = pathToFileURL(module).href;
  const output = execFileSync(process.execPath, ['--input-type=module', '--eval', timer, url], {
    env: { PATH: process.env.PATH, ...environment },
    encoding: 'utf8',
  });
  return JSON.parse(output.trim().split('\n').at(-1) ?? '[]');
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function measure(name: FunctionName, runs: number, directory: string) {
  const output = join(directory, name);
  bundleFunction(name, output);
  const module = join(output, 'index.mjs');
  const code = Buffer.concat(
    readdirSync(output)
      .filter((file) => file.endsWith('.mjs'))
      .map((file) => readFileSync(join(output, file))),
  );
  const costs = Array.from({ length: runs }, () => importCost(module));
  const medianOf = (read: (cost: (typeof costs)[number]) => number): number =>
    Number(median(costs.map(read)).toFixed(1));
  return {
    'minified KB': Math.round(code.length / 1000),
    'gzip KB': Math.round(gzipSync(code).length / 1000),
    'import ms': medianOf(([ms]) => ms),
    'CPU ms': medianOf(([, cpuMs]) => cpuMs),
    'memory MB': medianOf(([, , bytes]) => bytes / 1024 ** 2),
  };
}

const runs = Number(process.argv[2] ?? 9);
const directory = mkdtempSync(join(tmpdir(), 'kef-bundles-'));
console.log(`node ${process.version} ${process.arch}, median of ${runs}`);
console.table(Object.fromEntries(functionNames.map((name) => [name, measure(name, runs, directory)])));
rmSync(directory, { recursive: true });
