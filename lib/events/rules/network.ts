import { ruleTable } from './ruleTable.ts';

/** Services, endpoints and address allocation: kube-controller-manager, kube-apiserver and kube-proxy. */
export const networkRules = ruleTable('network', {}, [
  ['FailedToCreateEndpoint', 'medium', 'network'],
  // Mostly a write conflict that the next attempt settles.
  ['FailedToUpdateEndpoint', 'low', 'network'],
  ['FailedToListPods', 'medium', 'network', { kind: 'Service' }],
  ['FailedToListEndpointSlices', 'medium', 'network'],
  ['FailedToUpdateEndpointSlices', 'low', 'network'],
  ['TopologyAwareHintsEnabled', 'info', 'network'],
  ['TopologyAwareHintsDisabled', 'low', 'network'],
  ['InvalidIPAddress', 'low', 'network'],
  ['TooManyAddressesToMirror', 'low', 'network'],
  ['KubernetesServiceCIDRError', 'medium', 'network'],
  ['KubernetesDefaultServiceCIDRError', 'high', 'network'],
  ['KubernetesDefaultServiceCIDRInconsistent', 'high', 'network'],
  ['ClusterIPNotValid', 'high', 'network'],
  ['ClusterIPOutOfRange', 'high', 'network'],
  ['ClusterIPNotAllocated', 'medium', 'network'],
  ['ClusterIPAlreadyAllocated', 'high', 'network'],
  ['IPAddressNotAllocated', 'low', 'network'],
  ['FailedToStartMetricServer', 'medium', 'network'],
  ['FailedToStartServiceHealthcheck', 'medium', 'network'],
  ['IPVSDeprecation', 'low', 'network'],
]);

/** Load balancers of the cloud's service controller. One Service is one load balancer, so success ends the failure. */
export const loadBalancerRules = ruleTable('service-controller', { component: 'service-controller', kind: 'Service' }, [
  ['SyncLoadBalancerFailed', 'high', 'loadbalancer'],
  ['EnsuringLoadBalancer', 'info', 'loadbalancer'],
  ['EnsuredLoadBalancer', 'info', 'loadbalancer', { resolves: ['SyncLoadBalancerFailed'] }],
  ['UpdateLoadBalancerFailed', 'high', 'loadbalancer'],
  ['UpdatedLoadBalancer', 'info', 'loadbalancer', { resolves: ['UpdateLoadBalancerFailed'] }],
  ['DeleteLoadBalancerFailed', 'medium', 'loadbalancer'],
  ['DeletingLoadBalancer', 'info', 'loadbalancer'],
  ['DeletedLoadBalancer', 'info', 'loadbalancer', { resolves: ['DeleteLoadBalancerFailed'] }],
  ['UnAvailableLoadBalancer', 'high', 'loadbalancer'],
]);
