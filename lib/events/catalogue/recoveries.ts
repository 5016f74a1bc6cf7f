import { builtInRules } from '../builtInRules.ts';
import { listOf } from '../ruleSpec.ts';

let byTrouble: ReadonlyMap<string, readonly string[]> | undefined;

/** Effective reasons whose arrival ends an incident of a reason on the same object; empty when nothing tells of its end. */
export function recoveriesOf(effectiveReason: string): readonly string[] {
  byTrouble ??= collect();
  return byTrouble.get(effectiveReason) ?? [];
}

function collect(): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, Set<string>>();
  for (const { spec } of builtInRules.builtIn.rules) {
    const names = spec.effectiveReason === undefined ? listOf(spec.match.reason) : [spec.effectiveReason];
    for (const trouble of spec.resolves ?? []) {
      const recoveries = found.get(trouble) ?? new Set();
      for (const name of names) recoveries.add(name);
      found.set(trouble, recoveries);
    }
  }
  return new Map([...found].map(([trouble, recoveries]) => [trouble, [...recoveries]]));
}
