import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coreEvent } from '../../test/fixtures/events/builders.ts';
import { classify } from './classify.ts';
import { eventLimits } from './eventLimits.ts';
import { explain } from './explain.ts';
import { fingerprintOf, parseFingerprint } from './fingerprint.ts';
import { readEvent } from './readEvent.ts';
import { recordStream } from './recordStream.ts';
import { compileRules, type RuleSpec } from './rules.ts';
import { standardEventSchema, toStandardEvent } from './standardEvent.ts';

/** Everything that docs/rules.md promises about odd events: they flow, with a severity, a fingerprint and an explanation. */
function decide(reason: string, rules?: RuleSpec[]) {
  const record = readEvent(coreEvent({ reason, message: 'm', source: { component: 'x' }, reportingComponent: 'x' }));
  const classification = classify(record, rules && compileRules(rules));
  const event = toStandardEvent({ cluster: 'c', record, classification, id: 'i', processedAt: '2026-01-01T00:00:00Z' });
  expect(standardEventSchema.safeParse(event).error?.issues ?? []).toEqual([]);
  expect(explain(record).remedy).not.toBe('');
  return { record, classification, event };
}

describe('a reason', () => {
  it.each([
    ['with spaces', 'Updated VirtualService'],
    ['that is a format string', 'ImageID is not valid: %v'],
    ['of nothing but a verb', '%v'],
    ['with a slash and a dot', 'OutOfnvidia.com/gpu'],
    ['of emoji', '🔥💥'],
    ['in another script', '失敗'],
    ['that is a number', '42'],
    ['named like an object’s own property', '__proto__'],
    ['with a star', 'Failed*'],
    ['with a hash, as keys use it', 'a#b/c%d'],
  ])('%s flows as it is', (_, reason) => {
    const { classification, event } = decide(reason);
    expect(classification.effectiveReason).toBe(reason);
    expect(event.labels.reason).toBe(reason);
    expect(parseFingerprint(event.fingerprint).effectiveReason).toBe(reason);
  });

  it.each(['', '   ', '\n\t'])('of nothing is Unspecified: %j', (reason) => {
    const { classification } = decide(reason);
    expect(classification).toMatchObject({
      effectiveReason: 'Unspecified',
      severity: 'low',
      rule: 'generic/*/warning',
    });
    expect(
      decide(reason, [{ id: 'mine', match: { reason: 'Unspecified' }, severity: 'high' }]).classification.rule,
    ).toBe('mine');
  });

  it('of 500 characters is cut to 128, and rules see what is left', () => {
    const long = `Failed${'x'.repeat(494)}`;
    const { classification, record } = decide(long);
    expect(record.reason).toHaveLength(eventLimits.reason);
    expect(classification).toMatchObject({ severity: 'medium', rule: 'generic/Failed*' });
    expect(decide(long, [{ id: 'mine', match: { reason: 'Failedx*' }, severity: 'low' }]).classification.rule).toBe(
      'mine',
    );
  });

  it('with half a character is mended before anything looks at it', () => {
    const { classification } = decide('Odd\ud83d');
    expect(classification.effectiveReason.isWellFormed()).toBe(true);
  });

  it('of any text makes a decision, a fingerprint that reads back, and no error', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 200 }),
        fc.string({ unit: 'binary', maxLength: 300 }),
        (reason, message) => {
          const record = readEvent(coreEvent({ reason, message }));
          const classification = classify(record);
          const fingerprint = fingerprintOf('c', record, classification.effectiveReason);
          expect(parseFingerprint(fingerprint).effectiveReason).toBe(classification.effectiveReason);
          expect(classification.effectiveReason).not.toBe('');
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('input that is not UTF-8', () => {
  it('is refused with its line, and the rest is read', async () => {
    const good = Buffer.from(`${JSON.stringify(coreEvent())}\n`);
    const bad = Buffer.concat([Buffer.from('{"reason":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}\n')]);
    async function* chunks() {
      yield new Uint8Array(Buffer.concat([bad, good]));
    }
    const lines = await Array.fromAsync(recordStream(chunks()));
    expect(lines.map((item) => ('error' in item ? item.error.code : item.record.reason))).toEqual([
      'EventTextInvalid',
      'BackOff',
    ]);
  });
});

describe('a rule with a pattern made to explode', () => {
  it.each(['(a+)+$', '(a|a)*b', '(.*)*x', '(?:a?){50}a{50}'])(
    '%s takes time in proportion to the message',
    (message) => {
      const rules = compileRules([{ match: { message }, severity: 'low' }]);
      const record = { ...readEvent(coreEvent()), message: 'a'.repeat(16_000) };
      const started = performance.now();
      classify(record, rules);
      expect(performance.now() - started).toBeLessThan(1500);
    },
  );

  it.each([
    ['looks ahead', 'a(?=b)'],
    ['looks behind', '(?<!a)b'],
    ['refers back', '(a)\\1'],
    ['repeats repetitions', '((a{100}){100}){100}'],
    ['is not a pattern', '[z-a]'],
    ['does not close', '('],
  ])('is refused when it %s', (_, message) => {
    expect(() => compileRules([{ id: 'bad', match: { message }, severity: 'low' }])).toThrow(
      /rule 1 \(bad\): match\.message/,
    );
  });
});
