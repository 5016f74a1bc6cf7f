import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { configSchema } from './config.ts';
import { parseConfig } from './readConfig.ts';

it('the example configuration shows every key, and would be accepted with all of them', () => {
  const text = readFileSync('kef.config.yaml', 'utf8')
    // What stands in comments after the clusters' own comments are opened, line by line.
    .split('\n')
    .filter((line) => !/^# (What|Another)/.test(line))
    .map((line) => line.replace(/^(\s*)# ?/, '$1'))
    .join('\n');
  const all = parse(text);
  all.apiUrl = 'https://abc.execute-api.eu-west-1.amazonaws.com';
  expect(parseConfig(all).clusters).toHaveLength(1);
  const known = Object.keys(z.toJSONSchema(configSchema, { io: 'input' }).properties ?? {});
  expect(known.filter((key) => !(key in all))).toEqual([]);
  const cluster = z.toJSONSchema(configSchema.shape.clusters.element, { io: 'input' });
  expect(Object.keys(cluster.properties ?? {}).filter((key) => !(key in all.clusters[0]))).toEqual([]);
});
