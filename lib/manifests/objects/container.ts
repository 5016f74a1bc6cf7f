import { fullname, image } from '../helpers.ts';
import { places } from '../settings.ts';
import { isSet } from '../template/condition.ts';
import { block, integer, joined, text } from '../template/expression.ts';
import { type Item, type Mapping, merge, spread, when } from '../template/node.ts';

const trustsMore = isSet(({ Values }) => Values.trustedCa.configMap);

const fromPod = (name: string, fieldPath: string): Mapping => ({ name, valueFrom: { fieldRef: { fieldPath } } });

/** The relay's container. Its command line is the image's own, so it is the one that the tests run. */
export const container: Mapping = {
  name: 'relay',
  image,
  imagePullPolicy: text(({ Values }) => Values.image.pullPolicy),
  ports: [{ name: 'metrics', containerPort: places.port, protocol: 'TCP' }],
  env: [
    { name: 'CLUSTER_ID', value: text(({ Values }) => Values.clusterId) },
    fromPod('POD_NAME', 'metadata.name'),
    fromPod('POD_NAMESPACE', 'metadata.namespace'),
    when(
      isSet(({ Values }) => Values.leaderElection.enabled),
      // The one that the Role names.
      { name: 'LEASE_NAME', value: fullname },
    ),
    when(trustsMore, {
      name: 'NODE_EXTRA_CA_CERTS',
      value: joined`${places.trustedCa}/${text(({ Values }) => Values.trustedCa.key)}`,
    }),
    spread(({ Values }) => Values.extraEnv),
  ],
  // Asks the process alone: an outage of AWS or of the API server restarts no pod.
  livenessProbe: {
    httpGet: { path: '/health', port: 'metrics' },
    initialDelaySeconds: 30,
    periodSeconds: 10,
    timeoutSeconds: 5,
    failureThreshold: 3,
  },
  readinessProbe: {
    httpGet: { path: '/ready', port: 'metrics' },
    initialDelaySeconds: 5,
    periodSeconds: 5,
    timeoutSeconds: 3,
    failureThreshold: 3,
  },
  resources: block(({ Values }) => Values.resources),
  securityContext: {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
    readOnlyRootFilesystem: true,
    runAsNonRoot: true,
    runAsUser: 1000,
    seccompProfile: { type: 'RuntimeDefault' },
  },
  volumeMounts: [
    { name: 'config', mountPath: places.config, readOnly: true },
    { name: 'data', mountPath: places.data },
    { name: 'tmp', mountPath: '/tmp' },
    when(trustsMore, { name: 'trusted-ca', mountPath: places.trustedCa, readOnly: true }),
  ],
};

/** Besides the spool the volume holds dead letters (16 MiB at most). */
const spoolSlackMegabytes = 64;

/** The only places the relay can write to are the spool and `/tmp`. */
export const volumes: readonly Item[] = [
  { name: 'config', configMap: { name: fullname } },
  merge(
    { name: 'data' },
    when(
      isSet(({ Values }) => Values.spool.existingClaim),
      { persistentVolumeClaim: { claimName: text(({ Values }) => Values.spool.existingClaim) } },
      {
        emptyDir: { sizeLimit: joined`${integer(({ Values }) => Values.spool.maxMegabytes, spoolSlackMegabytes)}Mi` },
      },
    ),
  ),
  { name: 'tmp', emptyDir: { sizeLimit: '16Mi' } },
  when(trustsMore, { name: 'trusted-ca', configMap: { name: text(({ Values }) => Values.trustedCa.configMap) } }),
];
