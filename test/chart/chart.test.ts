import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { chartFiles } from '../../lib/manifests/chart.ts';
import { chartFolder } from '../../lib/manifests/generateChart.ts';
import { valuesSchema } from '../../lib/manifests/values.ts';

describe('charts/kube-event-forwarder', () => {
  it('is what lib/manifests generates (npm run generate)', () => {
    const there = readdirSync(chartFolder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(chartFolder, path.join(entry.parentPath, entry.name)));
    expect(there.sort()).toEqual([...chartFiles().keys()].sort());
    for (const [file, content] of chartFiles()) {
      expect(readFileSync(path.join(chartFolder, file), 'utf8'), file).toBe(content);
    }
  });

  it('has in values.yaml exactly the defaults of the schema', () => {
    const text = chartFiles().get('values.yaml') ?? '';
    expect(parse(text, { version: '1.1' })).toEqual(valuesSchema.parse({}));
  });

  it('explains in values.yaml every value that its name does not explain', () => {
    const text = chartFiles().get('values.yaml') ?? '';
    for (const key of ['clusterId', 'apiUrl', 'region', 'namespaces', 'config', 'networkPolicy', 'replicaCount']) {
      expect(text, key).toMatch(new RegExp(`^${key}:`, 'm'));
    }
  });
});
