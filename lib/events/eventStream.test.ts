import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coreEvent, eventsV1Event } from '../../test/fixtures/events/builders.ts';
import { readEventStream } from './eventStream.ts';
import { maxValueBytes } from './jsonValueScanner.ts';
import type { RawEvent } from './readEvent.ts';

/** What came out: `[line, event]` or `[line, code]`. */
type Outcome = [number, RawEvent | string];

async function read(text: string | Uint8Array, cuts: readonly number[] = []): Promise<Outcome[]> {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  const borders = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  async function* chunks() {
    // One buffer for all chunks, as a reader with its own memory would do.
    for (const [index, start] of borders.slice(0, -1).entries()) {
      const chunk = new Uint8Array(bytes.subarray(start, borders[index + 1]));
      yield chunk;
      chunk.fill(0);
    }
  }
  const outcomes: Outcome[] = [];
  for await (const item of readEventStream(chunks())) {
    outcomes.push([item.line, 'raw' in item ? item.raw : item.error.code]);
  }
  return outcomes;
}

const a = { metadata: { name: 'a' }, note: 'brackets ]}{[ and "quotes" and \\ and ä😀' };
const b = { metadata: { name: 'b' } };
const c = { metadata: { name: 'c' } };
const line = (value: unknown) => JSON.stringify(value);
const pretty = (value: unknown) => JSON.stringify(value, null, 4);

describe('readEventStream', () => {
  it.each<[string, string, Outcome[]]>([
    ['one event on one line', line(a), [[1, a]]],
    ['one event over many lines', pretty(a), [[1, a]]],
    [
      'one event per line',
      `${line(a)}\n${line(b)}\n`,
      [
        [1, a],
        [2, b],
      ],
    ],
    [
      'CRLF and blank lines',
      `\r\n${line(a)}\r\n\r\n${line(b)}`,
      [
        [2, a],
        [4, b],
      ],
    ],
    ['a byte order mark', `\ufeff${line(a)}`, [[1, a]]],
    [
      'pretty events one after the other',
      `${pretty(b)}\n${pretty(c)}\n`,
      [
        [1, b],
        [6, c],
      ],
    ],
    [
      'events without anything between',
      line(a) + line(b),
      [
        [1, a],
        [1, b],
      ],
    ],
    [
      'a compact array',
      line([a, b]),
      [
        [1, a],
        [1, b],
      ],
    ],
    [
      'a pretty array',
      pretty([b, c]),
      [
        [2, b],
        [7, c],
      ],
    ],
    [
      'an array with a line for each',
      `[\n${line(a)},\n${line(b)}\n]\n`,
      [
        [2, a],
        [3, b],
      ],
    ],
    ['an empty array', '[]', []],
    [
      'a list as kubectl prints it',
      pretty({ apiVersion: 'v1', items: [b, c], kind: 'List', metadata: {} }),
      [
        [4, b],
        [9, c],
      ],
    ],
    [
      'a list as the API server prints it',
      line({ kind: 'EventList', metadata: { resourceVersion: '1' }, items: [a, b] }),
      [
        [1, a],
        [1, b],
      ],
    ],
    ['an empty list', line({ kind: 'EventList', items: [] }), []],
    ['a list of null items', line({ kind: 'EventList', items: null }), [[1, { kind: 'EventList', items: null }]]],
    [
      'lists and events mixed',
      `${line({ items: [a] })}\n${line(b)}\n${line([c])}`,
      [
        [1, a],
        [2, b],
        [3, c],
      ],
    ],
    ['an event with a field called items deeper down', line({ x: { items: [a] } }), [[1, { x: { items: [a] } }]]],
    ['an event whose text ends like the key of a list', line({ 'x"items"': [1] }), [[1, { 'x"items"': [1] }]]],
    [
      'lines copied out of an array',
      `${line(a)},\n${line(b)},\n`,
      [
        [1, a],
        [2, b],
      ],
    ],
    ['nothing', '', []],
    ['only white space', ' \n\t\r\n', []],
  ])('reads %s', async (_, text, expected) => {
    expect(await read(text)).toEqual(expected);
  });

  it('takes the object of watch lines, and none from bookmarks and expired events', async () => {
    const lines = [
      { type: 'ADDED', object: a },
      { type: 'BOOKMARK', object: { kind: 'Event', metadata: { resourceVersion: '9' } } },
      { type: 'MODIFIED', object: b },
      { type: 'DELETED', object: c },
      { type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version' } },
      { type: 'RENAMED', object: a },
    ];
    expect(await read(lines.map(line).join('\n'))).toEqual([
      [1, a],
      [3, b],
      [5, 'EventNotAnObject'],
      [6, 'EventFieldInvalid'],
    ]);
    expect(await read(lines.map(pretty).join('\n'))).toHaveLength(4);
  });

  it('does not take an Event for a watch line because of its type', async () => {
    expect(await read(`${line(coreEvent())}\n${line(eventsV1Event())}`)).toEqual([
      [1, coreEvent()],
      [2, eventsV1Event()],
    ]);
  });

  it.each<[string, string, Outcome[]]>([
    [
      'a line of words',
      `${line(a)}\noops\n${line(b)}`,
      [
        [1, a],
        [2, 'EventTextInvalid'],
        [3, b],
      ],
    ],
    [
      'three lines of words',
      'one\ntwo\nthree',
      [
        [1, 'EventTextInvalid'],
        [2, 'EventTextInvalid'],
        [3, 'EventTextInvalid'],
      ],
    ],
    [
      'words in braces',
      `{not json}\n${line(b)}`,
      [
        [1, 'EventTextInvalid'],
        [2, b],
      ],
    ],
    [
      'text behind an event',
      `${line(a)} oops\n${line(b)}`,
      [
        [1, a],
        [1, 'EventTextInvalid'],
        [2, b],
      ],
    ],
    [
      'a line cut off in a string',
      `{"note":"x\n${line(b)}`,
      [
        [1, 'EventTextInvalid'],
        [2, b],
      ],
    ],
    [
      'a line cut off in a string behind a backslash',
      `{"note":"x\\\n${line(b)}`,
      [
        [1, 'EventTextInvalid'],
        [2, b],
      ],
    ],
    [
      'a line cut off before a value',
      `{"type":"ADDED","object":\n${line(b)}\n${line(c)}`,
      [
        [1, 'EventTextInvalid'],
        [2, b],
        [3, c],
      ],
    ],
    [
      'a line cut off in an array',
      `{"x":[1,2\n${line(b)}\n${line(c)}`,
      [
        [1, 'EventTextInvalid'],
        [2, b],
        [3, c],
      ],
    ],
    [
      'a pretty event cut off',
      `${pretty(a).slice(0, 30)}\n${line(b)}`,
      [
        [1, 'EventTextInvalid'],
        [4, b],
      ],
    ],
    [
      'the end of the input',
      `${line(a)}\n{"note":`,
      [
        [1, a],
        [2, 'EventTextInvalid'],
      ],
    ],
    [
      'a list cut off between items',
      `{"kind":"List",\n"items":[\n${line(a)},`,
      [
        [3, a],
        [1, 'EventTextInvalid'],
      ],
    ],
    [
      'a list cut off in an item',
      `[${line(a)},{"x":1`,
      [
        [1, a],
        [1, 'EventTextInvalid'],
        [1, 'EventTextInvalid'],
      ],
    ],
    [
      'a bad item in a list',
      `[\n${line(a)},\n{bad},\n${line(b)}]`,
      [
        [2, a],
        [3, 'EventTextInvalid'],
        [4, b],
      ],
    ],
    ['items that are no objects', '[1,"x]",null,[{}],true]', Array.from({ length: 5 }, () => [1, 'EventNotAnObject'])],
    [
      'a closing bracket too many',
      `${line(a)}}\n${line(b)}`,
      [
        [1, a],
        [1, 'EventTextInvalid'],
        [2, b],
      ],
    ],
    [
      'a stray bracket before good lines',
      `[\n${line(a)}\n${line(b)}`,
      [
        [2, a],
        [3, b],
        [1, 'EventTextInvalid'],
      ],
    ],
    ['a bare value', '42\n', [[1, 'EventTextInvalid']]],
  ])('reports %s with its line and goes on', async (_, text, expected) => {
    expect(await read(text)).toEqual(expected);
  });

  it('reports text that is not UTF-8 and goes on', async () => {
    const text = Buffer.concat([Buffer.from('{"note":"'), Buffer.from([0xff, 0xc0]), Buffer.from(`"}\n${line(b)}`)]);
    expect(await read(text)).toEqual([
      [1, 'EventTextInvalid'],
      [2, b],
    ]);
  });

  it.each([
    ['UTF-16', Buffer.from(`\ufeff${line(a)}\n${line(b)}`, 'utf16le')],
    ['gzip', Buffer.from([0x1f, 0x8b, 8, 0, 10, 13, 10, 0])],
  ])('says once that the input is %s', async (_, bytes) => {
    expect(await read(bytes)).toEqual([[1, 'EventTextInvalid']]);
  });

  it('refuses a value over 8 MiB, alone or in a list, and goes on', async () => {
    const huge = line({ note: 'x'.repeat(maxValueBytes) });
    expect(await read(`${huge}\n${line(b)}`, [1000, 5_000_000])).toEqual([
      [1, 'EventTooLarge'],
      [2, b],
    ]);
    expect(await read(`[${line(a)},${huge},${line(b)}]`)).toEqual([
      [1, a],
      [1, 'EventTooLarge'],
      [1, b],
    ]);
  });

  it('reads a list longer than one value may be, item by item', async () => {
    const count = 12_000;
    let seen = 0;
    async function* chunks() {
      yield Buffer.from('{"kind":"EventList","items":[');
      for (let index = 0; index < count; index += 1) {
        yield Buffer.from(`${index === 0 ? '' : ','}${line({ ...coreEvent(), index })}`);
      }
      yield Buffer.from(']}');
    }
    for await (const item of readEventStream(chunks())) {
      if ('raw' in item) seen += 1;
    }
    expect(seen).toBe(count);
  });

  it('gives the same whatever the chunks are', async () => {
    const piece = fc.constantFrom(
      ...[
        line(a),
        pretty(b),
        line([a, b]),
        pretty({ items: [b, c] }),
        line({ type: 'ADDED', object: c }),
        'oops',
        '{bad}',
      ],
      ...['{"note":"cut', '{"x":[', '\ufeff', ',', '"items" : [', '{"items":[', ']', '}', '\\', '"', ' ', '\r'],
      '{\n"items"\n   :\n   [\n',
    );
    const text = fc.array(fc.tuple(piece, fc.constantFrom('\n', '', ' ', '\r\n')), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(text, fc.array(fc.nat({ max: 5000 }), { maxLength: 30 }), async (pieces, cuts) => {
        const whole = pieces.flat().join('');
        const expected = await read(whole);
        expect(await read(whole, cuts)).toEqual(expected);
        const bytewise = Array.from({ length: Buffer.byteLength(whole) }, (_, index) => index);
        expect(await read(whole, bytewise)).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  it('opens lists in an array, and is not brought down by lists in lists in lists', async () => {
    expect(await read(line([{ kind: 'List', items: [a] }, b]))).toEqual([
      [1, a],
      [1, b],
    ]);
    const depth = 100_000;
    const outcomes = await read(`[${'{"items":['.repeat(depth)}${']}'.repeat(depth)}]\n${line(b)}`);
    expect(outcomes).toHaveLength(2);
    expect(outcomes[1]).toEqual([2, b]);
  });

  it('finds every event between lines of garbage', async () => {
    const garbage = fc
      .string({ unit: 'grapheme-ascii', minLength: 1 })
      .map((text) => text.replace(/[\n\r{}[\]]/g, ''))
      .filter((text) => /[^\s,]/.test(text));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(fc.constant(undefined), garbage), { maxLength: 12 }), async (lines) => {
        const outcomes = await read(lines.map((text) => text ?? line(b)).join('\n'));
        const events = lines.flatMap((text, index) => (text === undefined ? [index + 1] : []));
        expect(outcomes.filter(([, outcome]) => typeof outcome !== 'string').map(([at]) => at)).toEqual(events);
        expect(outcomes).toHaveLength(lines.length);
      }),
      { numRuns: 300 },
    );
  });
});
