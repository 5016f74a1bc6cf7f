import { emitted } from './emitted.ts';

/** The cloud controllers: load balancers, nodes and routes. */
export const cloudEmitted = emitted(`
@ service-controller / Service
EnsuringLoadBalancer | Normal | info | Cloud load balancer is being created/updated
EnsuredLoadBalancer | Normal | info | Cloud load balancer ready
SyncLoadBalancerFailed | Warning | high | Cloud load balancer could not be created/updated
DeletingLoadBalancer | Normal | info | Cloud load balancer is being deleted
DeletedLoadBalancer | Normal | info | Cloud load balancer deleted
DeleteLoadBalancerFailed | Warning | medium | Cloud load balancer deletion failed
UpdatedLoadBalancer | Normal | info | Backends updated
UpdateLoadBalancerFailed | Warning | high | Backends could not be updated
UnAvailableLoadBalancer | Warning | high | No nodes available as backends
Type | Normal | info | Service field Type changed
LoadBalancerSourceRanges | Normal | info | Service field LoadBalancerSourceRanges changed
LoadbalancerIP | Normal | info | Service field LoadbalancerIP changed
ExternalIP | Normal | info | Service field ExternalIP changed
UID | Normal | info | Service field UID changed
ExternalTrafficPolicy | Normal | info | Service field ExternalTrafficPolicy changed
HealthCheckNodePort | Normal | info | Service field HealthCheckNodePort changed
IPFamilies | Normal | info | Service field IPFamilies changed

@ cloud-node-controller / Node
Synced | Normal | info | Node was initialised by the cloud provider

@ cloud-node-lifecycle-controller / Node
DeletingNode | Normal | low | Node object is removed because its instance no longer exists
DeletingNodeFailed | Warning | medium | Node object of a vanished instance could not be deleted

@ route_controller / Node
FailedToCreateRoute | Warning | high | Cloud route for the node could not be created

@ kube-apiserver / *
TLSConfigChanged | Warning | info | API server reloaded a CA/serving certificate
`);
