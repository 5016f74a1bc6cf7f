import { emitted } from './emitted.ts';

/** Names that documents use and no component is known to write, and the occurrences that our own relay derives. */
export const documentedEmitted = emitted(`
@ * / Pod
OOMKilled | Warning | critical | Container terminated by the OOM killer
CrashLoopBackOff | Warning | critical | Container restart loop
ImagePullBackOff | Warning | high | Image pull back-off
ErrImagePull | Warning | high | Image pull failed
CreateContainerConfigError | Warning | high | Missing secret/configmap
CreateContainerError | Warning | high | Runtime refused to create
RunContainerError | Warning | high | Runtime refused to start
InvalidImageName | Warning | high | Bad image reference
Killed | Normal | info | Container stopped

@ * / Node
NodeStatusUpdate | Normal | info | Node status change
NodeStatusUnknown | Warning | high | Node lost contact

@ node-problem-detector / Node
ContainerdHung | Warning | high | containerd hung
ReadonlyFilesystem | Warning | critical | Filesystem read-only
KernelDeadlock | Warning | critical | Kernel deadlock
FilesystemCorruption | Warning | critical | Filesystem corruption

@ cert-manager / Certificate
Ready | Normal | info | Certificate ready
NotReady | Warning | high | Certificate not ready
Issued | Normal | info | Certificate issued
RenewalScheduled | Normal | info | Renewal scheduled

@ cert-manager / Order
OrderComplete | Normal | info | ACME order complete
OrderCreated | Normal | info | ACME order created

@ istio-sidecar-injector / Pod
InjectionSucceeded | Normal | info | Sidecar injected
InjectionFailed | Warning | high | Sidecar injection failed

@ istiod / Pod
ProxyConfigChanged | Normal | info | Proxy config changed

@ istio-proxy / Pod
EnvoyReady | Normal | info | Proxy ready
EnvoyNotReady | Warning | high | Proxy not ready

@ argocd-application-controller / Application
Synced | Normal | info | Application synced
SyncFailed | Warning | high | Sync failed
Degraded | Warning | high | Application degraded
Healthy | Normal | info | Application healthy
OutOfSync | Warning | medium | Application drifted
Progressing | Normal | info | Application progressing
Pruned | Normal | info | Resources pruned

@ knative / Route
RouteReady | Normal | info | Route ready
IngressNotReady | Warning | high | Ingress not ready

@ prometheus-operator / PrometheusRule
PrometheusRuleCreated | Normal | info | Rule accepted

@ prometheus-operator / AlertmanagerConfig
AlertmanagerConfigSynced | Normal | info | Alertmanager config synced

@ prometheus-operator / Prometheus
ConfigReloaded | Normal | info | Config reloaded
SyncFailed | Warning | high | Sync failed

@ velero / Backup
BackupCompleted | Normal | info | Backup completed
BackupFailed | Warning | critical | Backup failed

@ velero / Restore
RestoreCompleted | Normal | info | Restore completed
RestoreFailed | Warning | high | Restore failed

@ velero / Schedule
ScheduledBackupCreated | Normal | info | Scheduled backup created

@ external-dns / Service
CreateRecord | Normal | info | Record created
UpdateRecord | Normal | info | Record updated
DeleteRecord | Normal | info | Record deleted
FailedToSyncRecords | Warning | high | Record sync failed

@ metallb-controller / Service
IPAssigned | Normal | info | IP assigned
IPNotAssigned | Warning | high | No IP assigned

@ cert-manager / Issuer
IssuerNotReady | Warning | high | The issuer cannot sign

@ kef-relay / Node
NodeNetworkUnavailable | Warning | high | Derived by our relay: the node network is not configured
NodeNetworkAvailable | Normal | info | Derived by our relay: the node network is configured
KernelNotReady | Warning | high | Derived by our relay: a fatal finding of the EKS node monitoring agent
NetworkingNotReady | Warning | high | Derived by our relay: a fatal finding of the EKS node monitoring agent
StorageNotReady | Warning | high | Derived by our relay: a fatal finding of the EKS node monitoring agent
ContainerRuntimeNotReady | Warning | high | Derived by our relay: a fatal finding of the EKS node monitoring agent
AcceleratedHardwareNotReady | Warning | high | Derived by our relay: a fatal finding of the EKS node monitoring agent
KernelReady | Normal | info | Derived by our relay: that finding is over
NetworkingReady | Normal | info | Derived by our relay: that finding is over
StorageReady | Normal | info | Derived by our relay: that finding is over
ContainerRuntimeReady | Normal | info | Derived by our relay: that finding is over
AcceleratedHardwareReady | Normal | info | Derived by our relay: that finding is over

@ kef-relay / Pod
OOMKilled | Warning | critical | Derived by our relay: the container was killed because it passed its memory limit
`);
