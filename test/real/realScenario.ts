import type { ControlPlane } from './controlPlane.ts';
import type { RealWorld } from './realWorld.ts';

interface Common {
  readonly name: string;
  /** How long deliveries may take at the end. @default 30000 */
  readonly settleMs?: number;
}

/** A scenario that only makes events: on any cluster. */
interface Harmless extends Common {
  readonly needs: 'cluster';
  readonly run: (world: RealWorld) => Promise<void>;
}

/** A scenario that stops servers, compacts or changes rights: only on a control plane of our own. */
interface Destructive extends Common {
  readonly needs: 'control plane';
  /** Programs besides etcd and kube-apiserver. */
  readonly programs?: readonly string[];
  readonly run: (world: RealWorld, plane: ControlPlane) => Promise<void>;
}

/** One scenario on a real API server. */
export type RealScenario = Harmless | Destructive;
