import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { decodeCursor, encodeCursor } from './cursor.ts';

const anything = z.json();
/** Our states have names of our own making; zod leaves `__proto__` out of every object. */
const states = fc.jsonValue().filter((state) => !JSON.stringify(state).includes('"__proto__"'));
const query = { cluster: 'prod', order: 'desc' };

describe('a cursor', () => {
  it('brings its state back to the same query', () => {
    fc.assert(
      fc.property(states, (state) => {
        const plain = JSON.parse(JSON.stringify(state));
        expect(decodeCursor(query, encodeCursor(query, plain), anything)).toEqual(plain);
      }),
    );
  });

  it('is safe in a URL', () => {
    expect(encodeCursor(query, { key: '??>>~~' })).toMatch(/^[A-Za-z0-9_-]+$/);
  });

  it.each([
    ['of another query', encodeCursor({ cluster: 'test', order: 'desc' }, 1)],
    ['cut short', encodeCursor(query, 'a long enough state').slice(0, 20)],
    ['with another state inside', encodeCursor(query, ['x'])],
    ['that is any text', 'hello'],
    ['that is JSON null', Buffer.from('null').toString('base64url')],
    ['of another version', Buffer.from('{"v":0,"q":"","s":1}').toString('base64url')],
    ['that is empty', ''],
  ])('%s is refused', (_, text) => {
    expect(() => decodeCursor(query, text, z.number())).toThrow(expect.objectContaining({ code: 'CursorInvalid' }));
  });
});
