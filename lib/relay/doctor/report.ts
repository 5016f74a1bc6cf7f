import type { Finding } from './finding.ts';

const marks: Readonly<Record<Finding['status'], string>> = {
  ok: 'ok     ',
  warning: 'WARNING',
  failed: 'FAILED ',
  skipped: '-      ',
};

/** Findings as lines for people, each with its fix, and a count. */
export function reportAsText(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ check }) => check.length));
  const lines = findings.flatMap(({ check, status, message, fix }) => [
    `${marks[status]}  ${check.padEnd(width)}  ${message}`,
    ...(fix === undefined ? [] : fix.split('\n').map((line) => `         ${' '.repeat(width)}  ${line}`)),
  ]);
  const count = (wanted: Finding['status']) => findings.filter(({ status }) => status === wanted).length;
  return `${lines.join('\n')}\n\n${findings.length} checks, ${count('failed')} failed, ${count('warning')} warnings\n`;
}

/** Findings as JSON for programs. */
export function reportAsJson(findings: readonly Finding[]): string {
  const healthy = findings.every(({ status }) => status !== 'failed');
  return `${JSON.stringify({ healthy, findings }, undefined, 2)}\n`;
}
