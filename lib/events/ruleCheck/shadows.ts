import { reasonsMeantBy } from '../catalogue/aliases.ts';
import { coversAll } from '../patternCover.ts';
import { listOf, type RuleMatch, type RuleSpec } from '../ruleSpec.ts';
import { nameOf } from './warning.ts';

/** Earlier rules that take every event of this one: alone, or each some of its reasons. */
export function shadows(specs: readonly RuleSpec[], index: number): string[] {
  const own = specs[index];
  if (own === undefined) return [];
  const before = specs
    .slice(0, index)
    .map((spec, place) => ({ spec, place }))
    .filter(({ spec }) => spec.continue !== true && takesBesidesReason(spec.match, own.match));
  const reasons = listOf(own.match.reason);
  if (reasons.length === 0) {
    const taker = before.find(
      ({ spec }) => listOf(spec.match.reason).length === 0 || listOf(spec.match.reason).includes('*'),
    );
    return taker === undefined ? [] : [shadowText([nameOf(taker.spec, taker.place)])];
  }
  const takers = reasons.map((reason) =>
    before.find(
      ({ spec }) =>
        spec.match.reason === undefined || coversAll(withAliases(spec.match.reason), reasonsMeantBy(reason)),
    ),
  );
  if (takers.some((taker) => taker === undefined)) return [];
  const names = new Set(takers.flatMap((taker) => (taker === undefined ? [] : [nameOf(taker.spec, taker.place)])));
  return [shadowText([...names])];
}

function shadowText(names: readonly string[]): string {
  return `it never decides: ${names.join(' and ')} ${names.length === 1 ? 'comes first and takes' : 'come first and take'} every event it is about; move it up, or narrow what is before it`;
}

function withAliases(reasons: RuleMatch['reason']): readonly string[] {
  return listOf(reasons).flatMap(reasonsMeantBy);
}

/** Every event that fits `narrow` also fits `wide`, as far as the conditions other than the reason go. */
function takesBesidesReason(wide: RuleMatch, narrow: RuleMatch): boolean {
  const fields = ['cluster', 'namespace', 'component', 'kind', 'name'] as const;
  return (
    fields.every(
      (field) =>
        wide[field] === undefined ||
        (narrow[field] !== undefined && coversAll(listOf(wide[field]), listOf(narrow[field]))),
    ) &&
    (wide.type === undefined || wide.type === narrow.type) &&
    (wide.message === undefined || findsWhereOther(wide.message, narrow.message)) &&
    Object.entries(wide.labels ?? {}).every(([label, values]) => {
      const others = narrow.labels?.[label];
      return others !== undefined && coversAll(listOf(values), listOf(others));
    })
  );
}

/** True when a message with the narrow pattern surely has the wide one: the same, or plain text inside plain text. */
function findsWhereOther(wide: string, narrow: string | undefined): boolean {
  if (narrow === undefined) return false;
  if (wide === narrow) return true;
  const isPlain = (pattern: string) => /^[\w :,"'@#%&<>=~`!/;-]+$/.test(pattern);
  return isPlain(wide) && isPlain(narrow) && narrow.includes(wide);
}
