import { selectorLabels } from '../helpers.ts';
import { isSet } from '../template/condition.ts';
import { object, type Template } from '../template/document.ts';
import { block, quoted } from '../template/expression.ts';
import { each, when } from '../template/node.ts';
import { metadata } from './metadata.ts';

const hasReaders = isSet(({ Values }) => Values.networkPolicy.metricsFrom);

/**
 * What the relay may talk to. The agent of EKS Pod Identity has a fixed link-local address, and DNS may be a pod, a node-local cache
 * or (EKS Auto Mode) a process of the node, so only its port is known. Probes come from the node, which no policy keeps out.
 *
 * https://docs.aws.amazon.com/eks/latest/userguide/pod-id-how-it-works.html
 */
export const networkPolicy: Template = {
  file: 'networkpolicy.yaml',
  documents: [
    object(
      {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'NetworkPolicy',
        metadata: metadata(),
        spec: {
          podSelector: { matchLabels: selectorLabels },
          policyTypes: ['Ingress', 'Egress'],
          ingress: when(hasReaders, [
            {
              from: block(({ Values }) => Values.networkPolicy.metricsFrom),
              ports: [{ port: 'metrics', protocol: 'TCP' }],
            },
          ]),
          egress: [
            {
              ports: [
                { port: 53, protocol: 'UDP' },
                { port: 53, protocol: 'TCP' },
              ],
            },
            {
              to: [
                each(
                  ({ Values }) => Values.networkPolicy.egressCidrs,
                  'cidr',
                  (cidr) => ({ ipBlock: { cidr: quoted(cidr) } }),
                ),
              ],
              ports: [
                each(
                  ({ Values }) => Values.networkPolicy.egressPorts,
                  'port',
                  (port) => ({ port, protocol: 'TCP' }),
                ),
              ],
            },
            {
              to: [{ ipBlock: { cidr: '169.254.170.23/32' } }, { ipBlock: { cidr: 'fd00:ec2::23/128' } }],
              ports: [{ port: 80, protocol: 'TCP' }],
            },
          ],
        },
      },
      isSet(({ Values }) => Values.networkPolicy.enabled),
    ),
  ],
};
