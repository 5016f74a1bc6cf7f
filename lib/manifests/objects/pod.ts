import { selectorLabels, serviceAccountName } from '../helpers.ts';
import { isMoreThan, isSet } from '../template/condition.ts';
import { integer, quoted, text } from '../template/expression.ts';
import { type Mapping, spread, when, whenSet } from '../template/node.ts';
import { container, volumes } from './container.ts';

/** On a node that is gone Kubernetes leaves pods for 300 seconds: too long to know nothing. */
const tolerateBriefly = (condition: string): Mapping => ({
  key: `node.kubernetes.io/${condition}`,
  operator: 'Exists',
  effect: 'NoExecute',
  tolerationSeconds: integer(({ Values }) => Values.notReadyTolerationSeconds),
});

const spreadOver = (topologyKey: string): Mapping => ({
  maxSkew: 1,
  topologyKey,
  whenUnsatisfiable: 'ScheduleAnyway',
  labelSelector: { matchLabels: selectorLabels },
});

/** The pod. It satisfies the `restricted` Pod Security Standard, and no value can change that. */
export const podSpec: Mapping = {
  serviceAccountName,
  automountServiceAccountToken: true,
  enableServiceLinks: false,
  imagePullSecrets: whenSet(({ Values }) => Values.imagePullSecrets),
  priorityClassName: when(
    isSet(({ Values }) => Values.priorityClassName),
    text(({ Values }) => Values.priorityClassName),
  ),
  terminationGracePeriodSeconds: integer(({ Values }) => Values.terminationGracePeriodSeconds),
  securityContext: {
    runAsNonRoot: true,
    runAsUser: 1000,
    runAsGroup: 1000,
    fsGroup: 1000,
    seccompProfile: { type: 'RuntimeDefault' },
  },
  dnsConfig: when(
    isSet(({ Values }) => Values.ndots),
    { options: [{ name: 'ndots', value: quoted(integer(({ Values }) => Values.ndots)) }] },
  ),
  containers: [container],
  volumes,
  nodeSelector: whenSet(({ Values }) => Values.nodeSelector),
  affinity: whenSet(({ Values }) => Values.affinity),
  topologySpreadConstraints: when(
    isMoreThan(({ Values }) => Values.replicaCount, 1),
    [spreadOver('kubernetes.io/hostname'), spreadOver('topology.kubernetes.io/zone')],
  ),
  tolerations: [
    tolerateBriefly('not-ready'),
    tolerateBriefly('unreachable'),
    spread(({ Values }) => Values.tolerations),
  ],
};
