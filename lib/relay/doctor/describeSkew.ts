import { type Finding, findingsOf } from './finding.ts';

/** From here on people notice; AWS refuses signatures from five minutes on, and the relay corrects its own from four. */
const noticedMs = 30_000;

/**
 * Says how far another clock is from ours.
 *
 * @param skewMs theirs minus ours
 */
export function describeSkew(check: string, whose: string, skewMs: number | undefined): Finding {
  const { ok, warning, skipped } = findingsOf(check);
  if (skewMs === undefined) return skipped(`${whose} did not say what time it is`);
  const seconds = Math.round(skewMs / 1_000);
  const difference =
    // Whole seconds are all that HTTP tells.
    Math.abs(seconds) <= 1
      ? 'agrees with ours'
      : `is ${Math.abs(seconds)} s ${seconds > 0 ? 'ahead of' : 'behind'} ours`;
  if (Math.abs(skewMs) < noticedMs) return ok(`the clock of ${whose} ${difference}`);
  return warning(
    `the clock of ${whose} ${difference}`,
    'Check time synchronisation of this machine (chronyc tracking, timedatectl). The relay corrects its signatures, and the times of events are those of the cluster.',
  );
}
