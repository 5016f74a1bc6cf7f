import { clusterListBytes } from '../api/clusterList.ts';
import type { RuleSpec } from '../events/rules.ts';

/**
 * Clusters of one backend. Each takes 8 bytes of the environment of `ingest`, so this many leave half of the 4 KB that Lambda allows
 * for severity rules and the rest. It is also far from other ends: 1,000 roles in an account, and what people can oversee.
 */
export const maxClusters = 200;

/** The other variables, with their names, take less than the rest of Lambda's 4 KB. */
const maxListsBytes = 3200;

/** What is wrong with rules and clusters that share the environment of `ingest`, or undefined when they fit. */
export function listsComplaint(rules: readonly RuleSpec[], clusterCount: number): string | undefined {
  const bytes = rules.length === 0 ? 0 : Buffer.byteLength(JSON.stringify(rules));
  const room = maxListsBytes - clusterCount * clusterListBytes;
  if (bytes <= room) return undefined;
  return (
    `must take at most ${room} bytes as JSON beside ${clusterCount} clusters, because Lambda's environment ends at 4 KB; ` +
    `these ${rules.length} take ${bytes}. Merge rules that differ in one reason: reason takes a list.`
  );
}
