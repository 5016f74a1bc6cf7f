import fc from 'fast-check';
import { expect, it } from 'vitest';
import { joinKey, namespaceDayKey, objectKey, parseObjectKey, splitKey } from './keys.ts';

const part = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: fc.constantFrom('#', '%', '/', 'a', '\n', '%23') }),
);

it('splits into the parts that were joined, whatever they hold', () => {
  fc.assert(
    fc.property(fc.array(part, { minLength: 1 }), (parts) => {
      expect(splitKey(joinKey(...parts))).toEqual(parts);
    }),
  );
});

it('gives different objects different keys', () => {
  fc.assert(
    fc.property(fc.tuple(part, part, part), fc.tuple(part, part, part), (a, b) => {
      expect(joinKey(...a) === joinKey(...b)).toBe(JSON.stringify(a) === JSON.stringify(b));
    }),
  );
});

it('holds nothing DynamoDB would change: well-formed text without control characters', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' })), (parts) => {
      const key = joinKey(...parts, '\ud800', '\u0000');
      expect(key.isWellFormed()).toBe(true);
      expect(Buffer.from(key, 'utf8').toString('utf8')).toBe(key);
      expect(key).not.toMatch(/[\u0000-\u001f\u007f]/);
    }),
  );
});

it('reads as what it means', () => {
  const object = { cluster: 'prod', kind: 'Pod', namespace: 'shop', name: 'cart-0' };
  expect(objectKey(object)).toBe('prod#Pod#shop#cart-0');
  expect(parseObjectKey('prod#Pod#shop#cart-0')).toEqual(object);
  expect(namespaceDayKey('prod', 'shop', '2026-11-20')).toBe('prod#shop#2026-11-20');
});
