import { builtInRules } from '../builtInRules.ts';
import { compileGlobs } from '../glob.ts';
import { listOf } from '../ruleSpec.ts';

/** A reason that ends others, on objects of the kinds that its rule is about. */
interface Recovery {
  readonly reason: string;
  readonly isAbout: (kind: string) => boolean;
}

let byTrouble: ReadonlyMap<string, readonly Recovery[]> | undefined;

/**
 * Effective reasons whose arrival ends an incident of a reason on the same object; empty when nothing tells of its end.
 *
 * @param kind Kind of the object. @default any
 */
export function recoveriesOf(effectiveReason: string, kind?: string): readonly string[] {
  byTrouble ??= collect();
  const recoveries = byTrouble.get(effectiveReason) ?? [];
  const fitting = recoveries.filter(({ isAbout }) => kind === undefined || kind === '*' || isAbout(kind));
  return [...new Set(fitting.map(({ reason }) => reason))];
}

function collect(): ReadonlyMap<string, readonly Recovery[]> {
  const found = new Map<string, Recovery[]>();
  for (const { spec } of builtInRules.builtIn.rules) {
    const names = spec.effectiveReason === undefined ? listOf(spec.match.reason) : [spec.effectiveReason];
    const isAbout = spec.match.kind === undefined ? () => true : compileGlobs(listOf(spec.match.kind));
    for (const trouble of spec.resolves ?? []) {
      found.set(trouble, [...(found.get(trouble) ?? []), ...names.map((reason) => ({ reason, isAbout }))]);
    }
  }
  return found;
}
