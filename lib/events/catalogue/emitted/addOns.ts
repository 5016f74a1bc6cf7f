import { emitted } from './emitted.ts';

/** Istio, Knative, Prometheus operator, Velero, external-dns and MetalLB. */
export const addOnsEmitted = emitted(`
@ cni-repair / Pod
DeleteBrokenPod | Warning | medium | Pod with broken CNI setup was deleted (or deletion failed) | Pod detected as broken, deleted
DeleteBrokenPod | Warning | high | A pod with broken CNI setup could not be deleted | pod detected as broken, failed to delete: forbidden
LabelBrokenPod | Warning | medium | Pod with broken CNI setup was labelled (or labelling failed) | Pod detected as broken, labelled
LabelBrokenPod | Warning | high | A pod with broken CNI setup could not be labelled | pod detected as broken, failed to label: forbidden

@ revision-controller / Revision
RevisionReady | Normal | info | Revision became ready

@ configuration-controller / Configuration
ConfigurationReady | Normal | info | Configuration became ready
LatestReadyUpdate | Normal | info | Latest ready revision changed
LatestReadyFailed | Warning | high | Latest ready revision failed
LatestCreatedFailed | Warning | high | Latest created revision failed
Created | Normal | info | Revision created
CreationFailed | Warning | high | Revision could not be created

@ service-controller / Service
Created | Normal | info | Configuration or Route created
CreationFailed | Warning | high | Configuration or Route could not be created

@ route-controller / Route
Created | Normal | info | Ingress or placeholder service created
CreationFailed | Warning | high | Ingress or placeholder service could not be created
DeleteFailed | Normal | medium | Orphaned certificate could not be deleted
Deleted | Normal | info | Orphaned certificate deleted

@ *-controller / *
InternalError | Warning | medium | Reconcile returned an error | failed to create Ingress: admission webhook denied the request
InternalError | Warning | info | A write conflict; the next attempt settles it | Operation cannot be fulfilled on routes "web": the object has been modified; please apply your changes to the latest version
UpdateFailed | Warning | medium | Status update failed
FinalizerUpdate | Normal | info | Finalizer set
FinalizerUpdateFailed | Warning | low | Finalizer could not be set

@ *-controller / PrometheusRule/ServiceMonitor/PodMonitor/Probe/ScrapeConfig/AlertmanagerConfig
InvalidConfiguration | Warning | high | A configuration resource was rejected

@ * / DataUpload/DataDownload/PodVolumeBackup/PodVolumeRestore
Data-Path-Started | Normal | info | Data mover started
Data-Path-Progress | Normal | info | Data mover progress (about every 10 s)
Data-Path-Completed | Normal | info | Data mover finished
Data-Path-Failed | Normal | high | Data mover failed
Data-Path-Canceled | Normal | medium | Data mover was cancelled
Data-Path-Canceling | Normal | low | Cancel in progress
Data-Path-Stopped | Normal | low | Data mover process ended

@ external-dns / Service
RecordReady | Normal | info | DNS record created or updated
RecordDeleted | Normal | low | DNS record deleted
RecordError | Normal | high | DNS change failed

@ metallb-controller / Service
IPAllocated | Normal | info | Service got its IP
AllocationFailed | Warning | high | No IP could be allocated
ClearAssignment | Normal | medium | Current IP no longer allowed, will be replaced
AdditionalAssignFailed | Normal | medium | Second IP family could not be assigned
LoadBalancerFailed | Warning | high | Requested loadBalancerIPs invalid
InternalError | Warning | high | Allocator inconsistency
not enough clusterips | Warning | medium | Dual stack required but not enough clusterIPs
nolbIPsIPFamily | Warning | medium | IP family of the LB IPs unknown
noclusterIPsIPFamily | Warning | medium | IP family of the clusterIPs unknown
deprecatedAnnotation | Warning | low | Deprecated annotation used

@ metallb-speaker / Service
nodeAssigned | Normal | info | A node announces the service IP
announceFailed | Warning | high | Interfaces for the LB IP missing on the node
`);
