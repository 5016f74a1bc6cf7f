import * as z from 'zod';

const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const whole = /^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+$/;
const part = /(\d+(?:\.\d+)?)(ms|s|m|h|d)/g;

/** Milliseconds in a duration such as `5m`, `1h30m` or `500ms`; `undefined` when the text is not a duration. */
export function parseDuration(text: string): number | undefined {
  if (!whole.test(text)) return undefined;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(part)) total += Number(amount) * unitMs[unit as keyof typeof unitMs];
  return total;
}

/** A duration setting between two bounds, written as the user writes it; the parsed value is in milliseconds. */
export function durationBetween(minimum: string, maximum: string) {
  const [low, high] = [parseDuration(minimum) ?? 0, parseDuration(maximum) ?? Number.POSITIVE_INFINITY];
  return z.union([z.string(), z.number()]).transform((value, context) => {
    const ms = typeof value === 'string' ? parseDuration(value) : undefined;
    if (ms !== undefined && ms >= low && ms <= high) return ms;
    const problem =
      ms === undefined ? 'a duration has a unit, such as 500ms, 30s or 5m' : `it must be ${minimum} to ${maximum}`;
    context.addIssue({ code: 'custom', message: `${problem}; got ${JSON.stringify(value)}` });
    return z.NEVER;
  });
}
