import { isJsonObject, type JsonObject, type JsonValue } from '../../lib/local/pattern/json.ts';

/** A pattern and an event to try it on. */
export type Pair = readonly [JsonValue, JsonObject];

/** Elements AWS refuses inside a pattern's array. */
export const refusedElements: readonly JsonValue[] = [
  ['a'],
  {},
  { prefix: 'a', suffix: 'b' },
  { prefix: 5 },
  { prefix: { suffix: 'a' } },
  { suffix: null },
  { 'equals-ignore-case': ['a'] },
  { exists: 'true' },
  { wildcard: 'a**b' },
  { wildcard: 'a\\b' },
  { wildcard: 5 },
  { numeric: [] },
  { numeric: ['>'] },
  { numeric: ['!', 5] },
  { numeric: ['<', 0, '>', 5] },
  { numeric: ['=', 0, '<', 5] },
  { numeric: ['>', 5, '<', 0] },
  { numeric: ['>', 5, '<=', 5] },
  { numeric: ['>', 0, '<', 5, 6] },
  { numeric: ['>', '0'] },
  { numeric: 5 },
  { cidr: '10.0.0.0' },
  { cidr: '10.0.0.0/32' },
  { cidr: '::/128' },
  { cidr: '10.0.0.0/-1' },
  { cidr: 'x/8' },
  { cidr: 8 },
  { 'anything-but': [] },
  { 'anything-but': ['a', 5] },
  { 'anything-but': null },
  { 'anything-but': true },
  { 'anything-but': { prefix: '' } },
  { 'anything-but': { suffix: [''] } },
  { 'anything-but': { prefix: 5 } },
  { 'anything-but': { numeric: ['=', 5] } },
  { 'anything-but': { wildcard: 'a**' } },
  { 'anything-but': { prefix: 'a', suffix: 'b' } },
  { 'starts-with': 'a' },
];

/** Whole patterns AWS refuses. */
export const refusedPatterns: readonly JsonValue[] = [
  [],
  'text',
  5,
  {},
  { f: 'a' },
  { f: 5 },
  { f: null },
  { f: [] },
  { f: {} },
  { f: { g: {} } },
  { $or: [] },
  { $or: [{ a: ['x'] }] },
  { $or: [{ a: ['x'] }, 'y'] },
  { $or: [{ a: ['x'] }, {}] },
  { $or: [{ prefix: ['x'] }, { b: ['y'] }] },
];

/** Pairs chosen for their edges: each operator at its boundary, and patterns AWS refuses. */
export const chosenPairs: readonly Pair[] = [
  ...leaf(
    [
      'a',
      'A',
      'abc',
      '',
      5,
      5.0,
      0.1,
      -5,
      5e9,
      5e9 + 1,
      1.0000001,
      true,
      false,
      null,
      '5',
      'true',
      'null',
      [],
      {},
      ['a', 'b'],
      [5],
    ],
    [
      'a',
      '',
      5,
      0.1,
      5e9,
      true,
      null,
      '5',
      { exists: true },
      { exists: false },
      { exactly: 'a' },
      { prefix: 'a' },
      { prefix: '' },
      { prefix: { 'equals-ignore-case': 'A' } },
      { suffix: 'c' },
      { suffix: '' },
      { suffix: { 'equals-ignore-case': 'C' } },
      { suffix: { 'equals-ignore-case': '' } },
      { 'equals-ignore-case': 'ABC' },
      { 'equals-ignore-case': '' },
      { 'anything-but': 'a' },
      { 'anything-but': ['a', 'abc'] },
      { 'anything-but': 5 },
      { 'anything-but': [5, 0.1] },
      { 'anything-but': '5' },
      { 'anything-but': { prefix: 'a' } },
      { 'anything-but': { prefix: ['a', 'A'] } },
      { 'anything-but': { suffix: 'c' } },
      { 'anything-but': { suffix: ['c', 'a'] } },
      { 'anything-but': { 'equals-ignore-case': 'A' } },
      { 'anything-but': { 'equals-ignore-case': ['A', 'ABC'] } },
      { 'anything-but': { wildcard: 'a*' } },
      { 'anything-but': { wildcard: ['a*', '*A'] } },
      { wildcard: 'a*' },
      { wildcard: '*' },
      { wildcard: '*b*' },
      { wildcard: 'a*c' },
      { wildcard: 'abc' },
      { numeric: ['=', 5] },
      { numeric: ['>', 0, '<=', 5] },
      { numeric: ['>=', 5] },
      { numeric: ['<', 0] },
      { numeric: ['>=', -5e9, '<=', 5e9] },
      { numeric: ['>', 6e9] },
      { numeric: ['=', 1.0000001] },
      { 'anything-but': 6e9 },
    ],
  ),
  ...leaf(
    [
      '10.0.0.1',
      '10.0.0.200',
      '10.0.1.1',
      '010.0.0.1',
      '::1',
      '2001:db8::5',
      '2001:DB8:0:0::5',
      '::ffff:10.0.0.1',
      '::ffff:0a00:1',
      '10.0.0.256',
      'x',
      7,
      '10.0.0',
    ],
    [
      '10.0.0.1',
      '::1',
      '2001:db8::5',
      { cidr: '10.0.0.0/24' },
      { cidr: '10.0.0.100/24' },
      { cidr: '10.0.0.0/8' },
      { cidr: '2001:db8::/32' },
    ],
  ),
  ...leaf(['a*b', 'a\\b', 'ab', 'a**b', 'a*'], [{ wildcard: 'a\\*b' }, { wildcard: 'a\\\\b' }, { wildcard: 'a\\**' }]),
  ...refusedElements.map((element): Pair => [{ f: [element] }, { f: 'a' }]),
  ...refusedPatterns.map((pattern): Pair => [pattern, { f: 'a' }]),
  // Nesting, arrays of objects, and fields that must come from one element.
  [{ a: { b: [1] } }, { a: { b: 1 } }],
  [{ a: { b: [1] } }, { a: [{ b: 2 }, { b: 1 }] }],
  [
    { a: { b: [1], c: [2] } },
    {
      a: [
        { b: 1, c: 3 },
        { b: 2, c: 2 },
      ],
    },
  ],
  [
    { a: { b: [1], c: [2] } },
    {
      a: [
        { b: 1, c: 2 },
        { b: 2, c: 3 },
      ],
    },
  ],
  [
    { a: { b: [1] }, d: [9] },
    { a: [{ b: 1 }, { b: 2 }], d: [8, 9] },
  ],
  [{ a: { b: { c: [1], d: [2] } } }, { a: [{ b: [{ c: 1 }, { d: 2 }] }] }],
  [
    { a: { b: { c: [1] }, e: [3] } },
    {
      a: [
        { b: [{ c: 1 }], e: 3 },
        { b: [{ c: 2 }], e: 3 },
      ],
    },
  ],
  [{ a: [1] }, { a: [[1], [2]] }],
  [{ a: [{ exists: false }] }, { a: { b: 1 } }],
  [{ a: [{ exists: true }] }, { a: { b: 1 } }],
  [{ a: { b: [2], c: [{ exists: false }] } }, { a: [{ c: 3 }, { b: 2 }] }],
  [{ a: { b: [{ exists: false }], c: [2] } }, { a: [{ b: 3 }, { c: 2 }] }],
  [{ a: { b: [2], c: [{ exists: false }] } }, { a: [{ c: 3 }, { b: 2, c: 4 }] }],
  [{ a: { b: [2], c: [{ exists: false }, 9], d: [5] } }, { a: [{ c: 3 }, { b: 2, d: 5 }] }],
  [{ a: [{ exists: false }] }, { a: [] }],
  [{ a: { b: [{ exists: false }] } }, { a: [{ b: 1 }, { c: 1 }] }],
  [{ a: [{ exists: false }, 'x'] }, { a: 'x' }],
  [{ a: [{ exists: false }, 'x'] }, { b: 'x' }],
  [{ a: [null] }, {}],
  [{ 'a.b': [1] }, { a: { b: 1 } }],
  [{ 'a.b': [1] }, { 'a.b': 1 }],
  [{ a: { b: [1] } }, { 'a.b': 1 }],
  [{ $or: [{ a: [1] }, { b: [2] }] }, { b: 2 }],
  [{ $or: [{ a: [1] }, { b: [2] }] }, { b: 3 }],
  [
    { c: [0], $or: [{ a: [1] }, { b: [2] }] },
    { b: 2, c: 0 },
  ],
  [
    { c: [0], $or: [{ a: [1] }, { b: [2] }] },
    { b: 2, c: 1 },
  ],
  [
    { $or: [{ a: [1] }, { b: [2] }], c: [0] },
    { a: 1, c: 0 },
  ],
  [{ x: { $or: [{ a: [1] }, { b: [2], $or: [{ c: [3] }, { d: [4] }] }] } }, { x: { b: 2, d: 4 } }],
  [{ x: { $or: [{ a: [1] }, { b: [2], $or: [{ c: [3] }, { d: [4] }] }] } }, { x: { b: 2 } }],
  [{ $or: [{ a: [1] }, { a: [2] }], a: [3] }, { a: 3 }],
  [{ $or: ['x', 'y'] }, { $or: 'y' }],
  [{ $or: [{ prefix: 'x' }, { suffix: 'y' }] }, { $or: 'ay' }],
  [{ $or: { a: ['x'] } }, { $or: { a: 'x' } }],
  [{ $or: { a: ['x'] } }, { a: 'x' }],
  [
    { detail: { severity: ['high', 'critical'], labels: { notify: ['true'] } } },
    { detail: { severity: 'high', labels: { notify: 'true' } } },
  ],
];

/** Pairs from a small seeded grammar that keeps values close together, and half of whose events are made to suit their pattern. */
export function randomPairs(count: number, seed: number): Pair[] {
  const random = mulberry32(seed);
  const pick = <T>(items: readonly [T, ...T[]]): T => items[Math.floor(random() * items.length)] ?? items[0];
  const word = (): string =>
    Array.from({ length: Math.floor(random() * 4) }, () => pick(['a', 'b', 'A', '*', 'ß', '1'])).join('');
  const number = (): number => pick([0, 1, -1, 0.5, 1e-6, 0.1, 5e9, -5e9, 5e9 + 1, 0.1234567, 100, 42]);
  const scalar = (): JsonValue =>
    pick<() => JsonValue>([
      word,
      word,
      number,
      () => true,
      () => false,
      () => null,
      () => pick(['10.0.0.1', '10.0.0.9']),
    ])();
  const keys = ['a', 'b', 'c'] as const;

  const value = (depth: number): JsonValue => {
    const roll = random();
    if (depth === 0 || roll < 0.45) return scalar();
    if (roll < 0.7) return Array.from({ length: Math.floor(random() * 4) }, () => value(depth - 1));
    return object(depth - 1);
  };
  const object = (depth: number): JsonObject =>
    Object.fromEntries(keys.filter(() => random() < 0.7).map((key) => [key, value(depth)]));

  const escaped = (text: string): string => text.replace(/\*\*+/g, '*') || 'a';
  const range = (): JsonValue[] => {
    const [low, high] = [number(), number()].toSorted((left, right) => left - right);
    return [pick(['>', '>=']), low ?? 0, pick(['<', '<=']), high ?? 0];
  };
  const operator = (): JsonValue =>
    pick<() => JsonValue>([
      scalar,
      scalar,
      () => ({ exists: random() < 0.6 }),
      () => ({ prefix: word() }),
      () => ({ suffix: word() }),
      () => ({ prefix: { 'equals-ignore-case': word() } }),
      () => ({ suffix: { 'equals-ignore-case': word() } }),
      () => ({ 'equals-ignore-case': word() }),
      () => ({ wildcard: escaped(word()) }),
      () => ({ 'anything-but': random() < 0.5 ? word() : number() }),
      () => ({ 'anything-but': random() < 0.5 ? [word(), word()] : [number(), number()] }),
      () => ({ 'anything-but': { [pick(['prefix', 'suffix', 'equals-ignore-case', 'wildcard'])]: escaped(word()) } }),
      () => ({
        'anything-but': {
          [pick(['prefix', 'suffix', 'equals-ignore-case', 'wildcard'])]: [escaped(word()), escaped(word())],
        },
      }),
      () => ({ numeric: [pick(['<', '<=', '=', '>', '>=']), number()] }),
      () => ({ numeric: range() }),
      () => ({ cidr: pick(['10.0.0.0/24', '10.0.0.8/30', '10.0.0.0/31']) }),
    ])();
  const pattern = (depth: number): JsonObject => {
    const entries = keys
      .filter(() => random() < 0.55)
      .map((key): [string, JsonValue] => [
        key,
        depth > 0 && random() < 0.4
          ? pattern(depth - 1)
          : Array.from({ length: 1 + Math.floor(random() * 3) }, operator),
      ]);
    if (random() < 0.25) entries.push(['$or', Array.from({ length: 2 }, () => pattern(Math.max(0, depth - 1)))]);
    return Object.fromEntries(entries.length === 0 ? [['a', [operator()]]] : entries);
  };
  /** An event whose fields carry values lifted out of the pattern, sometimes inside an array. */
  const suitable = (wanted: JsonObject): JsonObject =>
    Object.fromEntries(
      Object.entries(wanted).flatMap(([key, child]): [string, JsonValue][] => {
        if (key === '$or' && Array.isArray(child))
          return Object.entries(suitable(pick([{}, ...child.filter(isJsonObject)])));
        const made = isJsonObject(child) ? suitable(child) : literalIn(child);
        return [[key, random() < 0.3 ? [scalar(), made] : made]];
      }),
    );
  const literalIn = (element: JsonValue): JsonValue => {
    if (isJsonObject(element)) return literalIn(Object.values(element)[0] ?? null);
    if (Array.isArray(element)) return literalIn(element[Math.floor(random() * element.length)] ?? null);
    return typeof element === 'string' ? element.replaceAll('*', () => word()) : element;
  };
  return Array.from({ length: count }, (): Pair => {
    const wanted = pattern(2);
    return [wanted, random() < 0.5 ? object(3) : { ...object(2), ...suitable(wanted) }];
  });
}

function leaf(values: readonly JsonValue[], elements: readonly JsonValue[]): Pair[] {
  return elements.flatMap((element) => values.map((value): Pair => [{ f: [element] }, { f: value }]));
}

/** A small seeded generator: the same pairs on every machine. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
