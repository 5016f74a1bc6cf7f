import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recordedObjects } from '../../../test/fixtures/signals/recorded.ts';
import { skimLine } from './skim.ts';

const mark = Buffer.from('OOMKilled');

function skim(text: string): string | undefined {
  const bytes = Buffer.from(`}\n${text}\n{"type":"ADDED","object":{"a":"OOMKilled"}}`);
  return skimLine(bytes, 2, 2 + Buffer.byteLength(text), mark);
}

const line = (object: unknown, type = 'MODIFIED') => JSON.stringify({ type, object });

describe('skimming a line', () => {
  it('reads the version of recorded pods, and leaves those with the mark to the parser', () => {
    const pods = recordedObjects('oom-killed-pod.ndjson');
    const versions = pods.map((pod) => (JSON.stringify(pod).includes('OOMKilled') ? undefined : versionOf(pod)));
    expect(pods.map((pod) => skim(line(pod)))).toEqual(versions);
    expect(versions.filter((version) => version !== undefined).length).toBeGreaterThan(1);
    expect(versions).toContain(undefined);
  });

  it.each([
    ['a bookmark', line({ metadata: { resourceVersion: '7' } }, 'BOOKMARK')],
    ['an error', line({ code: 410 }, 'ERROR')],
    ['no version', line({ metadata: { name: 'a' } })],
    ['a version that is no number', line({ metadata: { resourceVersion: 'seven' } })],
    ['a line that was cut off', line({ metadata: { resourceVersion: '7' } }).slice(0, -3)],
    ['a line of another server, spaced', '{ "type": "ADDED", "object": { "metadata": { "resourceVersion": "7" } } }'],
    ['no JSON', 'upstream timed out'],
    ['the mark', line({ metadata: { resourceVersion: '7' }, note: 'OOMKilled' })],
  ])('is no use with %s', (_, text) => {
    expect(skim(text)).toBeUndefined();
  });

  it('is never fooled by what users write into names, labels and annotations', () => {
    const text = fc.oneof(
      fc.string(),
      fc.constantFrom('resourceVersion', '"resourceVersion":"9"', '{"resourceVersion":"9"}'),
    );
    const users = fc.dictionary(text, text);
    fc.assert(
      fc.property(text, users, users, (name, labels, annotations) => {
        const object = { kind: 'Pod', metadata: { name, resourceVersion: '4711', labels, annotations }, spec: labels };
        expect(skim(line(object)) ?? '4711').toBe('4711');
      }),
    );
  });
});

function versionOf(object: Record<string, unknown>): unknown {
  return (object.metadata as { resourceVersion: string }).resourceVersion; // recorded objects have one
}
