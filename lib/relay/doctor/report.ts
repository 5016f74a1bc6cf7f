import type { Finding } from './finding.ts';

/** What was found about one cluster. */
export interface Examination {
  readonly cluster: string;
  readonly findings: readonly Finding[];
}

const marks: Readonly<Record<Finding['status'], string>> = {
  ok: 'ok     ',
  warning: 'WARNING',
  failed: 'FAILED ',
  skipped: '-      ',
};

/** For people: each finding on a line, with its fix below, and what to do first at the end, where the eye is. */
export function textOf(examinations: readonly Examination[]): string {
  return examinations
    .map(({ cluster, findings }) => {
      const heading = examinations.length > 1 ? `cluster ${cluster}\n` : '';
      return `${heading}${tableOf(findings)}\n\n${conclusionOf(findings)}\n`;
    })
    .join('\n');
}

/** For programs. */
export function jsonOf(examinations: readonly Examination[]): string {
  const isHealthy = ({ findings }: Examination) => findings.every(({ status }) => status !== 'failed');
  const [only] = examinations;
  const report =
    examinations.length === 1 && only !== undefined
      ? { healthy: isHealthy(only), ...only }
      : {
          healthy: examinations.every(isHealthy),
          clusters: examinations.map((one) => ({ healthy: isHealthy(one), ...one })),
        };
  return `${JSON.stringify(report, undefined, 2)}\n`;
}

function tableOf(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ check }) => check.length));
  return findings
    .flatMap(({ check, status, message, fix }) => [
      `${marks[status]}  ${check.padEnd(width)}  ${message}`,
      ...fixLines(fix, `         ${' '.repeat(width)}  `),
    ])
    .join('\n');
}

/** A command of several lines begins at the margin: an indented end of a here-document ends nothing. */
function fixLines(fix: string | undefined, indent: string): string[] {
  const [first, ...command] = fix?.split('\n') ?? [];
  return first === undefined ? [] : [`${indent}${first}`, ...command];
}

function conclusionOf(findings: readonly Finding[]): string {
  const count = (wanted: Finding['status']) => findings.filter(({ status }) => status === wanted).length;
  const sums = `${findings.length} checks, ${count('failed')} failed, ${count('warning')} warnings`;
  const first = findings.find(({ status }) => status === 'failed');
  return first === undefined ? sums : `${sums}\nBegin with ${first.check}: what comes after may follow from it.`;
}
