import { ruleTable } from './ruleTable.ts';

/** Services, endpoints and address allocation: kube-controller-manager, kube-apiserver and kube-proxy. */
export const networkRules = ruleTable('network', {}, [
  ['FailedToCreateEndpoint', 'medium', 'network'],
  ['FailedToUpdateEndpoint', 'low', 'network'],
  ['FailedToListPods', 'medium', 'network', { kind: 'Service' }],
  ['FailedToListEndpointSlices', 'medium', 'network'],
  ['FailedToUpdateEndpointSlices', 'low', 'network'],
  ['TopologyAwareHintsEnabled', 'info', 'network'],
  // Traffic crosses zones, as it does without hints; repeated whenever the number of endpoints changes.
  ['TopologyAwareHintsDisabled', 'info', 'network'],
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
  ['IPAddressWrongReference', 'low', 'network'],
  // No new Service of that sort can be made; those that exist are not touched.
  [['ServiceCIDRFull', 'PortRangeFull'], 'high', 'network'],
  [['PortAlreadyAllocated', 'PortOutOfRange'], 'high', 'network'],
  ['PortNotAllocated', 'medium', 'network'],
  ['UnknownError', 'medium', 'network', { component: '*allocator-repair-controller' }],
  // The reason is copied from the Ready condition.
  ['*', 'medium', 'network', { kind: 'ServiceCIDR', type: 'Warning' }],
  ['FailedToStartMetricServer', 'medium', 'network'],
  ['FailedToStartServiceHealthcheck', 'medium', 'network'],
  ['KubeProxyIncorrectIPVersion', 'low', 'network'],
  ['IPVSDeprecation', 'low', 'network'],
  // Only aggregated API servers hand their recorder to the code that writes it.
  ['TLSConfigChanged', 'info', 'certificate'],
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
  // Old releases reported every changed field under its own name.
  [
    [
      'Type',
      'LoadBalancerSourceRanges',
      'LoadbalancerIP',
      'ExternalIP',
      'UID',
      'ExternalTrafficPolicy',
      'HealthCheckNodePort',
      'IPFamilies',
    ],
    'info',
    'loadbalancer',
  ],
]);
