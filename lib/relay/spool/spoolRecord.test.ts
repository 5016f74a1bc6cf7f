import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeRecord, encodeRecord, recordFormat, type SpoolRecord } from './spoolRecord.ts';

const version = fc.integer({ min: 1, max: 1_000_000 }).map(String);
/** A namespace, or the star for all: names that Kubernetes allows, so never `__proto__`. */
const scope = fc.stringMatching(/^(\*|[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)$/);
const records: fc.Arbitrary<SpoolRecord> = fc.record({
  count: fc.nat(500),
  position: fc.option(fc.record({ v: fc.constant(1 as const), scopes: fc.dictionary(scope, version) })),
  openedAt: fc.nat(),
  objects: fc.array(fc.nat(0xffffffff)).map((hashes) => Uint32Array.from(hashes)),
  body: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
});

test('what was written is read back', () => {
  fc.assert(
    fc.property(records, (record) => {
      expect(decodeRecord(encodeRecord(record))).toEqual({ kind: 'record', record });
    }),
  );
});

test('a record that was cut anywhere, or of which any bit is another, is damaged', () => {
  fc.assert(
    fc.property(records, fc.nat(), fc.nat(7), fc.boolean(), (record, place, bit, isCut) => {
      const bytes = encodeRecord(record);
      const at = place % bytes.length;
      // The format is outside of the checksum, so that a later version can be told from damage.
      if (!isCut && at >= 4 && at < 8) return;
      bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << bit), at);
      expect(decodeRecord(isCut ? bytes.subarray(0, at) : bytes).kind).toBe('damaged');
    }),
  );
});

test('any other bytes are no record, and no reason to fail', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(decodeRecord(Buffer.from(bytes)).kind).toBe('damaged');
    }),
  );
});

test('a record of a later version is recognised as one', () => {
  const bytes = encodeRecord({
    count: 1,
    position: null,
    openedAt: 0,
    objects: new Uint32Array(1),
    body: Buffer.from('x'),
  });
  bytes.writeUInt32LE(recordFormat + 1, 4);
  expect(decodeRecord(bytes)).toEqual({ kind: 'newer', format: recordFormat + 1 });
});

/** A file as the first version wrote it. It stays readable, whatever later versions write. */
const firstFormat =
  'S0VGUwEAAACuRcrvUwAAAHsiY291bnQiOjEsInBvc2l0aW9uIjp7InYiOjEsInNjb3BlcyI6eyIqIjoiNyJ9fSwib3BlbmVkQXQiOjUsIm9iamVjdHMiOjEsImJvZHkiOjJ9BwAAAGh1';

test('a record of the first format is read by every later version', () => {
  expect(decodeRecord(Buffer.from(firstFormat, 'base64'))).toEqual({
    kind: 'record',
    record: {
      count: 1,
      position: { v: 1, scopes: { '*': '7' } },
      openedAt: 5,
      objects: Uint32Array.of(7),
      body: Buffer.from('hu'),
    },
  });
});
