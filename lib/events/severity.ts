/** Severities from least to most severe. The order is the ranking. */
export const severities = ['info', 'low', 'medium', 'high', 'critical'] as const;

/** How much an occurrence matters, decided by {@link classify}, never by the event's `type` alone. */
export type Severity = (typeof severities)[number];

/** Rank of a severity: 0 for `info` to 4 for `critical`. */
export function severityRank(severity: Severity): number {
  return severities.indexOf(severity);
}

/** The more severe of two. */
export function maxSeverity(a: Severity, b: Severity): Severity {
  return severityRank(a) >= severityRank(b) ? a : b;
}

/** True when `severity` is `minimum` or worse. */
export function isAtLeast(severity: Severity, minimum: Severity): boolean {
  return severityRank(severity) >= severityRank(minimum);
}
