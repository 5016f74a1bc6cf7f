import * as z from 'zod';
import { KefError } from '../../errors.ts';

const texts = z.union([z.string(), z.array(z.string())]).transform((value) => (Array.isArray(value) ? value : [value]));
const scalar = z.union([z.string(), z.boolean(), z.number()]).transform(String);
const statementSchema = z.object({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Action: texts.optional(),
  NotAction: texts.optional(),
  Resource: texts.optional(),
  NotResource: texts.optional(),
  Condition: z
    .record(
      z.string(),
      z.record(
        z.string(),
        z.union([scalar, z.array(scalar)]).transform((value) => (Array.isArray(value) ? value : [value])),
      ),
    )
    .default({}),
});

/** One statement of an identity policy. */
export type Statement = z.infer<typeof statementSchema>;

/** What somebody wants to do. */
export interface AccessRequest {
  readonly action: string;
  readonly resource: string;
  /** Condition keys that are known, such as `aws:SecureTransport`. @default none */
  readonly context?: Readonly<Record<string, string>>;
}

/** Reads a policy document. Throws `ConfigInvalid` naming `owner` when it is not one. */
export function readPolicy(document: unknown, owner: string): Statement[] {
  const schema = z.object({
    Statement: z.union([z.array(statementSchema), statementSchema.transform((one) => [one])]),
  });
  const result = schema.safeParse(document);
  if (!result.success) throw new KefError('ConfigInvalid', `policy of ${owner}: ${z.prettifyError(result.error)}`);
  return result.data.Statement;
}

/** True when the statements allow the request: some Allow applies and no Deny does. */
export function isAllowed(statements: readonly Statement[], request: AccessRequest): boolean {
  const applying = statements.filter((statement) => applies(statement, request));
  return applying.some(({ Effect }) => Effect === 'Allow') && !applying.some(({ Effect }) => Effect === 'Deny');
}

function applies(statement: Statement, request: AccessRequest): boolean {
  const action = request.action.toLowerCase();
  const actionFits = (pattern: string): boolean => matchesWildcards(pattern.toLowerCase(), action);
  const resourceFits = (pattern: string): boolean => matchesWildcards(pattern, request.resource);
  return (
    (statement.NotAction ? !statement.NotAction.some(actionFits) : (statement.Action ?? []).some(actionFits)) &&
    (statement.NotResource
      ? !statement.NotResource.some(resourceFits)
      : (statement.Resource ?? []).some(resourceFits)) &&
    Object.entries(statement.Condition).every(([operator, keys]) =>
      Object.entries(keys).every(([key, values]) => conditionHolds(operator, request.context?.[key], values)),
    )
  );
}

function conditionHolds(operator: string, actual: string | undefined, values: readonly string[]): boolean {
  // Our calls have one value per key, so both set operators come down to it; of no value, `ForAllValues` is true.
  const single = operator.replace(/^For(?:All|Any)Values?:/, '');
  const plain = single.replace(/IfExists$/, '');
  if (actual === undefined) return plain !== single || operator.startsWith('ForAllValues:');
  switch (plain) {
    case 'StringEquals':
      return values.includes(actual);
    case 'StringNotEquals':
      return !values.includes(actual);
    case 'Bool':
      return values.some((value) => value.toLowerCase() === actual.toLowerCase());
    case 'StringLike':
    case 'ArnLike':
    case 'ArnEquals':
      return values.some((value) => matchesWildcards(value, actual));
    default:
      throw new KefError('ConfigInvalid', `policy condition ${operator} is not supported by the local cloud`);
  }
}

/** IAM's wildcards: `*` is any text, slashes and colons included, `?` any one character. */
export function matchesWildcards(pattern: string, text: string): boolean {
  let patternAt = 0;
  let textAt = 0;
  let starAt = -1;
  let resumeAt = 0;
  while (textAt < text.length) {
    const symbol = pattern.charAt(patternAt);
    if (symbol === '*') {
      starAt = patternAt++;
      resumeAt = textAt;
    } else if (symbol !== '' && (symbol === '?' || symbol === text.charAt(textAt))) {
      patternAt++;
      textAt++;
    } else if (starAt >= 0) {
      // Let the last star take one character more.
      patternAt = starAt + 1;
      textAt = ++resumeAt;
    } else {
      return false;
    }
  }
  while (pattern.charAt(patternAt) === '*') patternAt++;
  return patternAt === pattern.length;
}
