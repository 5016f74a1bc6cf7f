import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareVersions, type Position, PositionLedger, reportable, versionFor } from './position.ts';

describe('versions', () => {
  test('compare as numbers of any length', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 80n }), fc.bigInt({ min: 0n, max: 2n ** 80n }), (a, b) => {
        const expected = a < b ? -1 : a > b ? 1 : 0;
        expect(Math.sign(compareVersions(String(a), String(b)))).toBe(expected);
      }),
    );
  });

  test('of a scope fall back to those of all namespaces, not the other way round', () => {
    const position: Position = { v: 1, scopes: { '*': '7', shop: '9' } };
    expect(versionFor(position, 'shop')).toBe('9');
    expect(versionFor(position, 'bank')).toBe('7');
    expect(versionFor({ v: 1, scopes: { shop: '9' } }, '*')).toBeUndefined();
    expect(versionFor(null, '*')).toBeUndefined();
  });
});

test('a position too large to be stored is reported as its lowest version, once every scope has one', () => {
  const scopes = Array.from({ length: 400 }, (_, index) => `namespace-${index}`);
  const position: Position = {
    v: 1,
    scopes: Object.fromEntries(scopes.map((name, index) => [name, String(9_000 + index)])),
  };
  expect(reportable(position, scopes)).toEqual({ v: 1, scopes: { '*': '9000' } });
  expect(reportable(position, [...scopes, 'new'])).toBeNull();
  const small: Position = { v: 1, scopes: { a: '7' } };
  expect(reportable(small, ['a', 'b'])).toBe(small);
  expect(reportable(null, scopes)).toBeNull();
});

/** What may happen to a relay, in any order. Numbers choose among scopes or unsettled batches. */
type Step =
  | { do: 'event'; scope: number; isDropped: boolean; isBacklog: boolean }
  | { do: 'bookmark'; scope: number }
  | { do: 'beginList' | 'item' | 'endList'; scope: number; isBacklog: boolean }
  | { do: 'seal' }
  | { do: 'settle'; which: number }
  | { do: 'crash' };

const scopeNames = ['a', 'b'];
const scope = fc.integer({ min: 0, max: 1 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('event' as const),
      scope,
      isDropped: fc.boolean(),
      isBacklog: fc.constant(false),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('bookmark' as const), scope }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom('beginList' as const, 'item' as const, 'item' as const, 'endList' as const),
      scope,
      isBacklog: fc.boolean(),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('seal' as const) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('settle' as const), which: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('crash' as const) }) },
);

/**
 * A model of one relay process over a server that keeps every event: which events exist at which version, which batch carries
 * which, which are settled. The model knows nothing about how the ledger works.
 */
class Model {
  ledger = new PositionLedger();
  /** Per scope: the server's events, by version; true once settled or dropped. */
  readonly done = new Map<string, Map<number, boolean>>(scopeNames.map((name) => [name, new Map()]));
  version = 100;
  readonly listing = new Map<string, { version: number; left: number[] }>();
  openFresh: [string, number][] = [];
  openBacklog: [string, number][] = [];
  readonly batches = new Map<number, [string, number][]>();

  run(next: Step): void {
    if (next.do === 'event') this.event(nameOf(next.scope), next.isDropped);
    else if (next.do === 'bookmark') this.bookmark(nameOf(next.scope));
    else if (next.do === 'beginList') this.beginList(nameOf(next.scope));
    else if (next.do === 'item') this.item(nameOf(next.scope), next.isBacklog);
    else if (next.do === 'endList') this.endList(nameOf(next.scope), next.isBacklog);
    else if (next.do === 'seal') this.seal();
    else if (next.do === 'settle') this.settle(next.which);
    else this.crash();
  }

  /** A first start: both scopes hold events that nobody has read, and both are being listed. */
  constructor() {
    for (const name of scopeNames) {
      for (let count = 0; count < 4; count += 1) {
        this.version += 1;
        this.done.get(name)?.set(this.version, false);
      }
      this.beginList(name);
    }
  }

  event(name: string, isDropped: boolean): void {
    this.version += 1;
    this.done.get(name)?.set(this.version, false);
    if (this.listing.has(name)) return; // happens on the server; this relay has no watch yet and will see it later
    if (isDropped) this.done.get(name)?.set(this.version, true);
    else {
      this.openFresh.push([name, this.version]);
      this.ledger.admit();
    }
    this.ledger.observe(name, String(this.version));
  }

  bookmark(name: string): void {
    if (!this.listing.has(name)) this.ledger.observe(name, String(this.version));
  }

  /** Lists are in the order of names: here, any order but that of versions. */
  beginList(name: string): void {
    if (this.listing.has(name)) return;
    const left = [...(this.done.get(name)?.keys() ?? [])].sort((a, b) => (a % 7) - (b % 7));
    this.listing.set(name, { version: this.version, left });
  }

  item(name: string, isBacklog: boolean): void {
    const version = this.listing.get(name)?.left.shift();
    if (version === undefined) return;
    (isBacklog ? this.openBacklog : this.openFresh).push([name, version]);
    this.ledger.admit();
  }

  endList(name: string, isBacklog: boolean): void {
    const list = this.listing.get(name);
    if (list === undefined) return;
    while (list.left.length > 0) this.item(name, isBacklog);
    this.ledger.observe(name, String(list.version));
    this.listing.delete(name);
    // What happened during the list comes through the watch from its version on.
    for (const version of this.done.get(name)?.keys() ?? []) {
      if (version <= list.version) continue;
      this.openFresh.push([name, version]);
      this.ledger.admit();
      this.ledger.observe(name, String(version));
    }
  }

  seal(): void {
    const parts = [this.openBacklog, this.openFresh].filter((part) => part.length > 0);
    if (parts.length === 0) return;
    for (const [at, id] of this.ledger.seal(parts.length).entries()) this.batches.set(id, parts[at] ?? []);
    this.openBacklog = [];
    this.openFresh = [];
  }

  settle(which: number): void {
    const id = [...this.batches.keys()][which % Math.max(1, this.batches.size)];
    if (id === undefined) return;
    for (const [name, version] of this.batches.get(id) ?? []) this.done.get(name)?.set(version, true);
    this.batches.delete(id);
    this.ledger.settle(id);
  }

  /** The process dies; the next one knows the reported position only, and reads on from there. */
  crash(): void {
    const { position } = this.ledger;
    this.ledger = new PositionLedger(position);
    this.openFresh = [];
    this.openBacklog = [];
    this.batches.clear();
    this.listing.clear();
    for (const name of scopeNames) {
      const from = versionFor(position, name);
      if (from === undefined) {
        this.beginList(name);
        continue;
      }
      for (const version of [...(this.done.get(name)?.keys() ?? [])].sort((a, b) => a - b)) {
        if (version <= Number(from)) continue;
        this.openFresh.push([name, version]);
        this.ledger.admit();
        this.ledger.observe(name, String(version));
      }
    }
  }

  /** The promise: everything up to the reported position is settled. */
  lost(): string[] {
    const { position } = this.ledger;
    const missing: string[] = [];
    for (const name of scopeNames) {
      const reported = Number(versionFor(position, name) ?? 0);
      for (const [version, isDone] of this.done.get(name) ?? []) {
        if (version <= reported && !isDone) missing.push(`${name}@${version} (reported ${reported})`);
      }
    }
    return missing;
  }
}

const nameOf = (index: number): string => scopeNames[index] ?? '';

describe('the position', () => {
  test('never passes an event that is not settled, whatever happens in whatever order', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const model = new Model();
        for (const next of steps) {
          model.run(next);
          expect(model.lost()).toEqual([]);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test('reaches everything once everything is settled', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const model = new Model();
        for (const next of steps) model.run(next);
        for (const name of scopeNames) model.endList(name, false);
        model.seal();
        while (model.batches.size > 0) model.settle(3);
        model.bookmark('a');
        model.bookmark('b');
        expect(model.ledger.position).toEqual({ v: 1, scopes: { a: String(model.version), b: String(model.version) } });
      }),
    );
  });

  test('never runs backwards while nothing crashes', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 20, maxLength: 150 }), (steps) => {
        const model = new Model();
        model.endList('a', false);
        let before: Position | null = null;
        for (const next of steps) {
          if (next.do === 'crash' || next.do === 'beginList') continue;
          model.run(next);
          const { position } = model.ledger;
          for (const name of scopeNames) {
            expect(Number(position?.scopes[name] ?? 0)).toBeGreaterThanOrEqual(Number(before?.scopes[name] ?? 0));
          }
          before = position;
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test('is null before any scope got through its first list', () => {
    const ledger = new PositionLedger();
    ledger.admit();
    ledger.seal(1);
    expect(ledger.position).toBeNull();
  });
});
