import type * as z from 'zod';
import { nearestWord } from './nearestWord.ts';
import { ruleSpecSchema } from './ruleSpec.ts';

/** What is wrong with a rule, as people read it: `match: there is no key "raeson"; did you mean reason?` */
export function describeRuleMistake(issue: z.core.$ZodIssue): string[] {
  const place = issue.path.map(String).join('.') || 'rule';
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => `${place}: there is no key ${JSON.stringify(key)}${meant(key, keysAt(issue.path))}`);
  }
  if (issue.code === 'invalid_key') return issue.issues.map(({ message }) => `${place}: ${message}`);
  return [`${place}: ${issue.message.replace(/^Invalid input: expected/, 'must be')}`];
}

function meant(key: string, known: readonly string[]): string {
  const near = nearestWord(key, known);
  return near === undefined ? `; known keys: ${known.join(', ')}` : `; did you mean ${near}?`;
}

/** The keys that a rule may have at a place. */
function keysAt(path: readonly PropertyKey[]): string[] {
  const { shape } = ruleSpecSchema;
  if (path.length === 0) return Object.keys(shape);
  if (path[0] === 'match') return Object.keys(shape.match.shape);
  if (path[0] === 'incidents') return Object.keys(shape.incidents.unwrap().shape);
  return ['from', 'to', 'days', 'timeZone'];
}
