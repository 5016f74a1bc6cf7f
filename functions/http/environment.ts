import * as z from 'zod';
import { describeIssues } from '../../lib/api/issues.ts';
import { KefError } from '../../lib/errors.ts';

/** A variable that must be there. */
export const required = z.string().min(1);

/** A variable with JSON in it, checked by `schema`. */
export function jsonVariable<T extends z.ZodType>(schema: T) {
  return z
    .string()
    .transform((text, context) => {
      try {
        return JSON.parse(text) as unknown;
      } catch (error) {
        context.addIssue({ code: 'custom', message: `expected JSON: ${String(error)}` });
        return z.NEVER;
      }
    })
    .pipe(schema);
}

/**
 * Reads a function's environment once, at start: a missing variable stops the deployment's first call and not its thousandth.
 *
 * @throws KefError `ConfigInvalid` naming every wrong variable
 */
export function readEnvironment<T extends z.ZodType>(
  schema: T,
  environment: NodeJS.ProcessEnv = process.env,
): z.infer<T> {
  const parsed = schema.safeParse(environment);
  if (parsed.success) return parsed.data;
  throw new KefError('ConfigInvalid', `The function's environment is wrong: ${describeIssues(parsed.error)}.`);
}
