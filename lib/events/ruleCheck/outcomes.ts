import { covers } from '../patternCover.ts';
import { listOf, type RuleSpec } from '../ruleSpec.ts';
import { isDaily } from '../silence.ts';
import { quote, reasonsInCatalogue } from './conditions.ts';
import { nameOf } from './warning.ts';

/** Outcomes that have no effect beside each other, or no longer. */
export function futileOutcomes(spec: RuleSpec, now: Date): string[] {
  const { drop, severity, tags, silence, effectiveReason } = spec;
  const over = listOf(silence).filter((one) => !isDaily(one) && Date.parse(one.to) <= now.getTime());
  const reasons = listOf(spec.match.reason);
  return [
    ...(drop === true && (severity ?? tags ?? silence ?? effectiveReason) !== undefined
      ? ['it drops its events: what else it states has no effect']
      : []),
    ...(drop === true && listOf(spec.match.reason).length === 0 && Object.keys(spec.match).length === 0
      ? ['it drops every event there is']
      : []),
    ...over.map(({ to }) => `its silence until ${to} is over; remove it`),
    ...doubled(reasons).map(
      (reason) => `${quote(reason)} is in its list of reasons twice, or another of them covers it`,
    ),
    ...(effectiveReason !== undefined && reasons.length === 1 && reasons[0] === effectiveReason
      ? [`it renames ${effectiveReason} to itself`]
      : []),
  ];
}

/** Reasons of a list that another one of it makes superfluous. */
function doubled(reasons: readonly string[]): readonly string[] {
  return reasons.filter((reason, place) =>
    reasons.some((other, at) => at !== place && covers(other, reason) && (other !== reason || at < place)),
  );
}

/** Rules that wait for a name which only an earlier rule gives: matching knows wire reasons and built-in names only. */
export function renamedBefore(specs: readonly RuleSpec[], index: number): string[] {
  const known = reasonsInCatalogue();
  const names = new Map(
    specs
      .slice(0, index)
      .flatMap((spec, place) =>
        spec.effectiveReason === undefined ? [] : [[spec.effectiveReason, nameOf(spec, place)] as const],
      ),
  );
  return listOf(specs[index]?.match.reason).flatMap((reason) => {
    const giver = names.get(reason);
    return giver === undefined || known.has(reason)
      ? []
      : [`${quote(reason)} is a name that ${giver} gives; rules do not see each other's names`];
  });
}
