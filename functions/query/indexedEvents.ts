import { KefError } from '../../lib/errors.ts';
import { isAtLeast, type Severity } from '../../lib/events/severity.ts';

/**
 * Refuses a question that the namespace index cannot answer: an empty list would be a lie.
 *
 * @param indexFrom least severity in the index; absent when all are
 * @throws KefError `QueryInvalid` when only events are asked for that are not in the index
 */
export function requireIndexed(
  { severity }: { readonly severity?: readonly Severity[] | undefined },
  indexFrom: Severity | undefined,
): void {
  if (indexFrom === undefined || severity === undefined) return;
  const missing = severity.filter((asked) => !isAtLeast(asked, indexFrom));
  if (missing.length < severity.length) return;
  throw new KefError(
    'QueryInvalid',
    `This backend lists events of severity ${indexFrom} or worse (indexFrom in its configuration), and severity asks for ` +
      `${missing.join(', ')}. Such events are found by their object: give cluster, kind and name.`,
  );
}
