import * as z from 'zod';

/**
 * The parts of a `coordination.k8s.io/v1` Lease that an election looks at; everything else in it is kept as it is.
 * https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/lease-v1/
 */
export const leaseSchema = z.looseObject({
  metadata: z.looseObject({ resourceVersion: z.string() }),
  spec: z
    .looseObject({
      holderIdentity: z.string().nullish(),
      leaseDurationSeconds: z.int().nullish(),
      acquireTime: z.string().nullish(),
      renewTime: z.string().nullish(),
      leaseTransitions: z.int().nullish(),
    })
    .prefault({}),
});

/** See {@link leaseSchema}. */
export type Lease = z.infer<typeof leaseSchema>;

/** Who a candidate is and for how long it leads without renewing. */
export interface Candidate {
  readonly identity: string;
  readonly durationMs: number;
}

/** What a candidate saw last, and since when it has not changed. */
export interface Observation {
  readonly lease: Lease;
  /** On the candidate's own monotonic clock. */
  readonly since: number;
}

/** Takes a look at the lease: as long as it does not change, the time runs on. */
export function observe(before: Observation | undefined, lease: Lease, now: number): Observation {
  const isSame = before !== undefined && before.lease.metadata.resourceVersion === lease.metadata.resourceVersion;
  return isSame ? before : { lease, since: now };
}

/**
 * True when a candidate may write itself into the lease: it has it already, nobody has, or whoever has it did not renew it for its
 * whole duration while this candidate was looking. The times in the lease are other machines' clocks and are never compared with ours.
 */
export function mayTake({ lease, since }: Observation, { identity }: Candidate, now: number): boolean {
  const { holderIdentity, leaseDurationSeconds } = lease.spec;
  if (!holderIdentity || holderIdentity === identity) return true;
  return now - since > (leaseDurationSeconds ?? 0) * 1_000;
}

/** The lease as a candidate writes it to become or remain its holder. */
export function taken(lease: Lease, { identity, durationMs }: Candidate, at: Date): Lease {
  const isHeld = lease.spec.holderIdentity === identity;
  return {
    ...lease,
    spec: {
      ...lease.spec,
      holderIdentity: identity,
      leaseDurationSeconds: Math.ceil(durationMs / 1_000),
      acquireTime: isHeld ? lease.spec.acquireTime : microTime(at),
      renewTime: microTime(at),
      leaseTransitions: (lease.spec.leaseTransitions ?? 0) + (isHeld ? 0 : 1),
    },
  };
}

/** The lease without a holder, so that nobody has to wait for it to run out. */
export function released(lease: Lease, at: Date): Lease {
  return { ...lease, spec: { ...lease.spec, holderIdentity: '', leaseDurationSeconds: 1, renewTime: microTime(at) } };
}

/** A new lease of a candidate. */
export function newLease(name: string, namespace: string, { identity, durationMs }: Candidate, at: Date) {
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name, namespace },
    spec: {
      holderIdentity: identity,
      leaseDurationSeconds: Math.ceil(durationMs / 1_000),
      acquireTime: microTime(at),
      renewTime: microTime(at),
      leaseTransitions: 0,
    },
  };
}

/** Kubernetes' MicroTime has exactly six digits. */
function microTime(at: Date): string {
  return at.toISOString().replace('Z', '000Z');
}
