import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ObjectStore, type Version } from './objectStore.ts';

type Step =
  | { readonly do: 'put'; readonly key: string; readonly text: string }
  | { readonly do: 'delete'; readonly keys: readonly string[] }
  | { readonly do: 'compact'; readonly share: number };

const keyArb = fc.constantFrom('a/1', 'a/2', 'a/3', 'ab/1', 'b/1', 'b/2');
const stepArb: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('put' as const),
      key: keyArb,
      text: fc.string({ unit: 'binary', maxLength: 12 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('delete' as const),
      keys: fc.uniqueArray(keyArb, { minLength: 1, maxLength: 3 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('compact' as const), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
  },
);

const textOf = ({ block, start, end }: Version) => block.toString('utf8', start, end);
const bodyOf = (version: Version) =>
  JSON.parse(textOf(version)) as { text: string; metadata: { resourceVersion: string } };
const place = (key: string) => key.split('/') as [string, string];

/** Runs the steps on a store and on a plain map, and keeps a copy of the map at every revision. */
function run(steps: readonly Step[]) {
  const revision = { current: 100 };
  const store = new ObjectStore(revision, 1000);
  const model = new Map<string, string>();
  const snapshots = new Map([[100, new Map(model)]]);
  for (const step of steps) {
    if (step.do === 'put') {
      store.put(...place(step.key), (resourceVersion) =>
        JSON.stringify({ metadata: { resourceVersion }, text: step.text }),
      );
      model.set(step.key, step.text.toWellFormed());
    } else if (step.do === 'delete') {
      store.delete(step.keys.flatMap((key) => store.get(...place(key)) ?? []));
      for (const key of step.keys) model.delete(key);
    } else {
      store.compact(store.compacted + Math.floor((revision.current - store.compacted) * step.share));
    }
    snapshots.set(revision.current, new Map(model));
  }
  return { store, revision, model, snapshots };
}

describe('the object store', () => {
  it('reads every revision that is not compacted as it was', () => {
    fc.assert(
      fc.property(fc.array(stepArb, { maxLength: 60 }), (steps) => {
        const { store, model, snapshots } = run(steps);
        expect(store.liveCount).toBe(model.size);
        for (const [at, expected] of snapshots) {
          if (at < store.compacted) continue;
          const read = store.read(undefined, at, '', () => true, -1);
          const entries = read.map((version) => [version.entry.key, bodyOf(version).text]);
          expect(entries).toEqual([...expected].sort(([a], [b]) => (a < b ? -1 : 1)));
        }
      }),
    );
  });

  it('replays from any kept revision to the present', () => {
    fc.assert(
      fc.property(fc.array(stepArb, { maxLength: 60 }), (steps) => {
        const { store, model, snapshots } = run(steps);
        for (const [from, state] of snapshots) {
          if (from < store.compacted) continue;
          const replayed = new Map(state);
          for (let at = store.changeAfter(from); at < store.nextChange; at += 1) {
            const version = store.change(at);
            if (version === undefined) throw new Error(`change ${at} is not there`);
            expect(version.revision).toBeGreaterThan(from);
            expect(bodyOf(version).metadata.resourceVersion).toBe(String(version.revision));
            expect(version.change === 'ADDED').toBe(!replayed.has(version.entry.key));
            if (version.change === 'DELETED') replayed.delete(version.entry.key);
            else replayed.set(version.entry.key, bodyOf(version).text);
          }
          expect(replayed).toEqual(model);
        }
      }),
    );
  });

  it('covers a namespace without its namesakes, and pages by relative keys', () => {
    const { store, revision } = run(['a/1', 'a/2', 'a/3', 'ab/1', 'b/1'].map((key) => ({ do: 'put', key, text: key })));
    const keys = (scope: string | undefined, from: string, limit: number) =>
      store.read(scope, revision.current, from, () => true, limit).map((version) => version.entry.key);
    expect(keys('a', '', -1)).toEqual(['a/1', 'a/2', 'a/3']);
    expect(keys('a', '1\0', 1)).toEqual(['a/2']);
    expect(keys(undefined, 'a/3\0', 2)).toEqual(['ab/1', 'b/1']);
    expect(store.countAfter('a', 'a/1')).toBe(2);
    expect(store.countAfter(undefined, 'a/1')).toBe(4);
  });

  it('forgets deleted objects with their history, and their keys can be used again', () => {
    const { store, revision } = run([
      { do: 'put', key: 'a/1', text: 'old' },
      { do: 'delete', keys: ['a/1'] },
      { do: 'compact', share: 1 },
    ]);
    expect(store.countAfter(undefined, '')).toBe(0);
    const again = store.put('a', '1', () => '{"text":"new"}');
    expect(again.change).toBe('ADDED');
    expect(again.previous).toBeUndefined();
    expect(store.read('a', revision.current, '', () => true, -1)).toHaveLength(1);
  });

  it('keeps no more history than it may', () => {
    const store = new ObjectStore({ current: 0 }, 100);
    for (let at = 0; at < 1000; at += 1) store.put('a', String(at % 10), () => '{}');
    expect(store.nextChange - store.firstChange).toBeLessThanOrEqual(112);
    expect(store.compacted).toBeGreaterThan(800);
    expect(store.liveCount).toBe(10);
  });
});
