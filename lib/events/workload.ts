/** The controller behind an object, as far as its name tells. */
export interface Workload {
  /** A guess: a name does not tell a DaemonSet's pod from a Job's. */
  readonly kind: string;
  readonly name: string;
}

/** What Kubernetes makes random suffixes of: no vowels, hence no words, and no 0, 1 and 3 (apimachinery, util/rand). */
const alphabet = 'bcdfghjklmnpqrstvwxz2456789';
const suffix = `[${alphabet}]{5}`;
/**
 * A ReplicaSet's hash: 32 bits in decimal, digit by digit in that alphabet; eight digits or more in 997 of 1,000
 * cases. Argo Rollouts does the same. Other controllers put a hexadecimal hash there; a digit in it tells it from a word.
 */
const hash = `(?:[${alphabet}]{8,10}|(?=[a-f]*\\d)[0-9a-f]{8,10})`;
/** A CronJob's run: minutes since 1970, from 2008 to 2046 (no hash of a ReplicaSet has a 2 or a 3); before 1.21 seconds. */
const run = '(?:[23]\\d{7}|1\\d{9})';

const ofReplicaSet = new RegExp(`^(.+)-${hash}$`);
const ofCronJob = new RegExp(`^(.+)-${run}$`);
const podOfCronJob = new RegExp(`^(.+)-${run}(?:-\\d+)?-${suffix}$`);
// Behind a hash, whatever has five characters is the random part.
const podOfReplicaSet = new RegExp(`^(.+)-${hash}-[a-z0-9]{5}$`);
const podOfRandomSuffix = new RegExp(`^(.+)-${suffix}$`);
const ordinal = /^(.+)-\d{1,4}$/;
/** A generated name has at most 63 characters: what is longer loses the end of its base, the dash before the suffix included. */
const maxGenerated = 63;
const cutHash = new RegExp(`^(.+)-[${alphabet}]{0,10}$`);

/**
 * The workload that an object belongs to, by the way Kubernetes names what controllers make: a Deployment's ReplicaSets and
 * their pods, a StatefulSet's pods, a CronJob's Jobs and their pods, the pods of DaemonSets and Jobs. Events carry no owner
 * references, and asking the cluster for each would cost more than the guess can be wrong.
 *
 * @returns undefined for an object that is its own: other kinds, and pods whose name follows no controller's pattern
 */
export function workloadOf(kind: string, name: string): Workload | undefined {
  if (kind === 'Pod') return workloadOfPod(name);
  if (kind === 'ReplicaSet') return named('Deployment', ofReplicaSet.exec(name));
  if (kind === 'Job') return named('CronJob', ofCronJob.exec(name));
  return undefined;
}

function workloadOfPod(name: string): Workload | undefined {
  return (
    named('CronJob', podOfCronJob.exec(name)) ??
    named('Deployment', podOfReplicaSet.exec(name)) ??
    named('StatefulSet', ordinal.exec(name)) ??
    named('DaemonSet', podOfRandomSuffix.exec(name)) ??
    workloadOfCutName(name)
  );
}

function workloadOfCutName(name: string): Workload | undefined {
  if (name.length !== maxGenerated || !new RegExp(`${suffix}$`).test(name)) return undefined;
  return named('Deployment', cutHash.exec(name.slice(0, -5)));
}

function named(kind: string, match: RegExpExecArray | null): Workload | undefined {
  const name = match?.[1];
  return name === undefined ? undefined : { kind, name };
}
