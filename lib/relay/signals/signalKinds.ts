import type { RawEvent } from '../../events/readEvent.ts';
import { nodeSignals } from '../../events/signals/nodeSignals.ts';
import { podSignalMark, podSignals } from '../../events/signals/podSignals.ts';
import type { RelayConfig } from '../config.ts';
import type { Resource } from '../kubernetes/resource.ts';
import { allNamespaces } from '../position.ts';

/** One kind of object that events are derived from. */
export interface SignalKind {
  readonly setting: keyof RelayConfig['signals'];
  readonly resource: Resource;
  /** Scopes to watch: `*`, or namespaces. */
  readonly scopes: readonly string[];
  /** The events that an object tells, the same ones at every sight of it. */
  readonly signalsOf: (object: unknown, now: number) => RawEvent[];
  /** True when an object that is deleted may tell with its last state what nobody has seen yet. */
  readonly tellsAtTheEnd: boolean;
}

/** More of them than this would make a request line that proxies refuse; the filter drops the rest. */
const maxExcluded = 50;

/** The kinds that a configuration asks for. */
export function signalKindsOf(config: RelayConfig): SignalKind[] {
  const { signals, namespaces, exclude_namespaces } = config;
  const kinds: SignalKind[] = [];
  if (signals.pods) {
    const excluded = namespaces.length === 0 ? exclude_namespaces.slice(0, maxExcluded) : [];
    kinds.push({
      setting: 'pods',
      resource: {
        plural: 'pods',
        kind: 'Pod',
        api: 'v1',
        // No container runs, or ran, in a pod that has no node.
        fieldSelector: ['spec.nodeName!=', ...excluded.map((name) => `metadata.namespace!=${name}`)].join(','),
        mark: podSignalMark,
        help: helpFor('pods'),
      },
      scopes: namespaces.length === 0 ? [allNamespaces] : [...new Set(namespaces)],
      signalsOf: podSignals,
      // The pod of a Job may be killed, reported and deleted within what one list stands for.
      tellsAtTheEnd: true,
    });
  }
  if (signals.nodes) {
    kinds.push({
      setting: 'nodes',
      resource: { plural: 'nodes', kind: 'Node', api: 'v1', help: helpFor('nodes') },
      // Nodes are in no namespace.
      scopes: [allNamespaces],
      signalsOf: nodeSignals,
      tellsAtTheEnd: false,
    });
  }
  return kinds;
}

function helpFor(plural: string): string {
  const rule = `apiGroups [""], resources ["${plural}"], verbs [get, list, watch]`;
  return `Events are forwarded all the same. For signals.${plural} the service account needs: ${rule} (signals.${plural} of the chart grants it); or set signals.${plural} to false`;
}
