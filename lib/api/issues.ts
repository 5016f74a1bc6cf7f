import type * as z from 'zod';

/**
 * All complaints of a zod error on one line, each with its place: `relay.sequence: expected number, received string`.
 * Unknown fields are listed together with the ones that exist, when the caller knows them.
 */
export function describeIssues(error: z.ZodError, allowed: readonly string[] = []): string {
  return error.issues.map((issue) => describeIssue(issue, allowed)).join('; ');
}

function describeIssue(issue: z.core.$ZodIssue, allowed: readonly string[]): string {
  const place = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    const names = issue.keys.map((key) => `'${place === '' ? key : `${place}.${key}`}'`).join(', ');
    const known = place === '' && allowed.length > 0 ? `; allowed: ${allowed.join(', ')}` : '';
    return `unknown ${issue.keys.length === 1 ? 'name' : 'names'} ${names}${known}`;
  }
  const message = issue.message.replace(/^Invalid input: /, '');
  return place === '' ? message : `${place}: ${message}`;
}
