import { emitted } from './emitted.ts';

/** Flux: Kustomizations, HelmReleases, sources, image automation and notifications. */
export const fluxEmitted = emitted(`
@ kustomize-controller / Kustomization
ReconciliationSucceeded | Normal | info | Applied successfully
ReconciliationFailed | Warning | high | Apply failed
BuildFailed | Warning | high | Kustomize build failed
ArtifactFailed | Warning | medium | Source artifact unavailable
HealthCheckFailed | Warning | high | Health check failed
HealthCheckCanceled | Normal | info | Health check cancelled by a newer change
PruneFailed | Warning | medium | Prune failed
DependencyNotReady | Normal | info | Dependency not ready
Progressing | Normal | info | Reconcile in progress (lists changed objects)
ProgressingWithRetry | Normal | info | Retrying
ProgressingWithRetry | Warning | low | Retrying
InvalidCELExpression | Warning | medium | CEL expression invalid
FeatureGateDisabled | Warning | low | Feature gate off
info | Normal | info | Fallback reason
error | Warning | medium | Fallback reason

@ helm-controller / HelmRelease
InstallSucceeded | Normal | info | Helm install done
InstallFailed | Warning | high | Helm install failed
UpgradeSucceeded | Normal | info | Helm upgrade done
UpgradeFailed | Warning | high | Helm upgrade failed
RollbackSucceeded | Normal | medium | Helm rollback done
RollbackFailed | Warning | high | Helm rollback failed
UninstallSucceeded | Normal | low | Helm uninstall done
UninstallFailed | Warning | medium | Helm uninstall failed
TestSucceeded | Normal | info | Helm test passed
TestFailed | Warning | high | Helm test failed
DriftDetected | Warning | medium | Cluster drift found
DriftCorrected | Normal | low | Drift corrected
DriftCorrectionFailed | Warning | medium | Drift could not be corrected
ArtifactFailed | Warning | medium | Chart artifact unavailable
DependencyNotReady | Normal | info | Dependency not ready
AccessDenied | Warning | high | Cross namespace access denied
ValuesError | Warning | high | Values could not be composed
InvalidCELExpression | Warning | medium | CEL expression invalid
HealthCheckCanceled | Normal | info | Health check cancelled
PendingRelease | Normal | medium | Stuck release unlocked (or failed to)
PendingRelease | Warning | medium | Stuck release unlocked (or failed to)
InventoryBuildFailed | Warning | low | Inventory not built
NamespaceCheckSkipped | Warning | low | Namespace check skipped
HelmChartSyncErr | Normal | medium | HelmChart could not be synced (trace event, TYPE NORMAL)
HelmChartCreated | Normal | info | HelmChart created
HelmChartConfigured | Normal | info | HelmChart updated
HelmChartDeleted | Normal | low | HelmChart deleted

@ source-controller / GitRepository/OCIRepository/HelmRepository/HelmChart/Bucket/ExternalArtifact
NewArtifact | Normal | info | New artifact stored
Succeeded | Normal | info | Recovered or up to date
ArtifactUpToDate | Normal | info | No change
GarbageCollectionSucceeded | Normal | info | Old artifacts removed
GarbageCollectionFailed | Warning | low | Old artifacts not removed
ArtifactVerificationFailed | Warning | high | Artifact integrity check failed
GitOperationFailed | Warning | medium | Git checkout failed
GitOperationSucceeded | Normal | info | Git checkout fine
AuthenticationFailed | Warning | high | Credentials refused or missing
BucketOperationFailed | Warning | medium | Bucket access failed
OCIArtifactPullFailed | Warning | medium | OCI pull failed
OCIArtifactLayerOperationFailed | Warning | medium | OCI layer failed
IndexationFailed | Warning | medium | Helm index failed
ChartPullSucceeded | Normal | info | Chart pulled
ChartPackageSucceeded | Normal | info | Chart packaged
FetchFailed | Warning | medium | Fetch failed
URLInvalid | Warning | medium | URL invalid
VerificationError | Warning | high | Signature verification failed
DirectoryCreationFailed | Warning | medium | Storage error
ArchiveOperationFailed | Warning | medium | Storage error
StatOperationFailed | Warning | medium | Storage error
ReadOperationFailed | Warning | medium | Storage error
AcquireLockFailed | Warning | low | Lock error
SymlinkUpdateFailed | Normal | low | Link error (trace event, TYPE NORMAL)
CacheOperationFailed | Normal | low | Cache error (trace event, TYPE NORMAL)
InvalidPath | Warning | medium | Path invalid
InvalidProviderConfiguration | Warning | medium | Provider config invalid
InvalidSTSConfiguration | Warning | medium | STS config invalid
SourceIgnoreError | Warning | low | Ignore file invalid
UnsupportedSourceKind | Warning | medium | Source kind unsupported
NoSourceArtifact | Normal | info | Source has no artifact yet
Failed | Warning | medium | Generic failure
PatchOperationFailed | Warning | low | Object patch failed

@ image-automation-controller / ImageUpdateAutomation
Succeeded | Normal | info | Update pushed or nothing to do
GitOperationFailed | Warning | medium | Git push/checkout failed
UpdateFailed | Warning | medium | Update failed
InvalidUpdateStrategy | Warning | medium | Strategy invalid
InvalidSourceConfiguration | Warning | medium | Source config invalid
SourceManagerFailed | Warning | medium | Source setup failed
InvalidPolicySelector | Warning | medium | Selector invalid

@ notification-controller / Alert
NotificationDispatchFailed | Warning | high | Notification could not be sent
InvalidConfig | Warning | medium | Alert regex/labels invalid
SourceFetchFailed | Warning | low | Source object unreadable
MetadataAppendFailed | Warning | low | Metadata conflict
Migration | Normal | info | Finalizer migration
`);
