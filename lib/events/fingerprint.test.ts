import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recordOf } from '../../test/fixtures/events/builders.ts';
import { eventLimits } from './eventLimits.ts';
import { fingerprintOf, parseFingerprint } from './fingerprint.ts';

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('/', '%', '#', 'a', '2', 'F', 'u', '\u0000', '\ud800', 'é', '😀') }),
  // Lone halves of surrogate pairs.
  fc.array(fc.integer({ min: 0, max: 0xffff })).map((codes) => String.fromCharCode(...codes)),
);

describe('fingerprintOf', () => {
  it('names cluster, event namespace, object and effective reason', () => {
    expect(fingerprintOf('prod', recordOf(), 'CrashLoopBackOff')).toBe('prod/shop/Pod/web/CrashLoopBackOff');
    expect(fingerprintOf('prod', recordOf({ kind: 'Node', name: 'node-a' }), 'NodeNotReady')).toBe(
      'prod/default/Node/node-a/NodeNotReady',
    );
  });

  it('encodes what would break a key', () => {
    expect(fingerprintOf('prod', recordOf({ name: 'a/b#c%d\n' }), 'OutOfnvidia.com/gpu')).toBe(
      'prod/shop/Pod/a%2Fb%23c%25d%0A/OutOfnvidia.com%2Fgpu',
    );
  });

  it('comes back whole from parseFingerprint, for any text', () => {
    fc.assert(
      fc.property(anyText, anyText, anyText, anyText, anyText, (cluster, namespace, kind, name, effectiveReason) => {
        const record = { ...recordOf(), namespace, regarding: { kind, name } };
        const text = fingerprintOf(cluster, record, effectiveReason);
        expect(text).not.toMatch(/[#\u0000-\u001f]/);
        expect(parseFingerprint(text)).toEqual({ cluster, namespace, kind, name, effectiveReason });
      }),
      { numRuns: 1000 },
    );
  });

  it('fits into a DynamoDB partition key even when every part is as long and as costly as it may be', () => {
    const costly = '/'.repeat(1000);
    const record = {
      ...recordOf(),
      namespace: costly.slice(0, eventLimits.namespace),
      regarding: { kind: costly.slice(0, eventLimits.kind), name: costly.slice(0, eventLimits.name) },
    };
    const text = fingerprintOf('c'.repeat(63), record, costly.slice(0, eventLimits.reason));
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(2048);
  });
});

describe('parseFingerprint', () => {
  it.each(['', 'a/b/c/d', 'a/b/c/d/e/f', 'a/b/c/d/%', 'a/b/c/d/%zz'])('refuses %j', (text) => {
    expect(() => parseFingerprint(text)).toThrow(expect.objectContaining({ code: 'QueryInvalid' }));
  });
});
