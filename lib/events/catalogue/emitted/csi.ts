import { emitted } from './emitted.ts';

/** The sidecars of CSI drivers: provisioner, resizer, modifier, snapshotter and health monitor. */
export const csiEmitted = emitted(`
@ *_*_* / PersistentVolumeClaim
Provisioning | Normal | info | CSI driver starts provisioning
ProvisioningSucceeded | Normal | info | Volume provisioned
ProvisioningFailed | Warning | high | Provisioning failed
ProvisioningCleanupFailed | Warning | medium | Cleanup after failed provisioning failed

@ *_*_* / PersistentVolume
VolumeFailedDelete | Warning | medium | Volume could not be deleted

@ external-provisioner / PersistentVolumeClaim
Provisioning | Normal | info | A volume populator will provision

@ external-resizer * / PersistentVolumeClaim
Resizing | Normal | info | Volume is being resized
VolumeResizeFailed | Warning | high | Resize failed
VolumeResizeSuccessful | Normal | info | Resize done
FileSystemResizeRequired | Normal | info | Filesystem must be grown on the node
VolumeModify | Normal | info | Volume attributes are being changed
VolumeModifyFailed | Warning | medium | Volume attributes change failed
VolumeModifySuccessful | Normal | info | Volume attributes changed
VolumeModifyCanceled | Normal | low | Volume attributes change cancelled

@ volume-modifier-for-k8s-* / PersistentVolumeClaim
VolumeModificationStarted | Normal | info | EBS modification started
VolumeModificationSuccessful | Normal | info | EBS modification done
VolumeModificationFailed | Warning | medium | EBS modification failed

@ snapshot-controller / VolumeSnapshot
CreatingSnapshot | Normal | info | Snapshot is being created
SnapshotCreated | Normal | info | Snapshot exists
SnapshotReady | Normal | info | Snapshot is usable
SnapshotContentMissing | Warning | high | Snapshot content vanished
SnapshotContentMisbound | Warning | medium | Content bound to something else
SnapshotContentMismatch | Warning | medium | Content type mismatch
SnapshotMisbound | Warning | medium | Snapshot bound wrongly
SnapshotBindFailed | Warning | medium | Binding failed
SnapshotStatusUpdateFailed | Warning | medium | Status update failed
SnapshotContentCreationFailed | Warning | high | Content could not be created
CreateSnapshotContentFailed | Warning | high | Content could not be created
SnapshotPVCSourceMissing | Warning | medium | Source PVC missing
SnapshotHandleSet | Warning | low | Unexpected handle
SnapshotValidationError | Warning | medium | Snapshot invalid
SnapshotFinalizerError | Warning | low | Finalizer problem
SnapshotDeletePending | Warning | low | Deletion waits, snapshot in use
SnapshotContentObjectDeleteError | Warning | medium | Content object could not be deleted
ErrorPVCFinalizer | Warning | low | PVC finalizer problem
GetSnapshotClassFailed | Warning | medium | Snapshot class missing
SetDefaultSnapshotClassFailed | Warning | medium | Default class unusable

@ csi-snapshotter * / VolumeSnapshotContent
SnapshotCreationFailed | Warning | high | Driver could not take the snapshot
SnapshotContentCheckandUpdateFailed | Warning | high | Snapshot state could not be checked
SnapshotDeleteError | Warning | medium | Snapshot could not be deleted

@ csi-pv-monitor-controller-* / PersistentVolumeClaim
VolumeConditionAbnormal | Warning | high | Volume is abnormal
VolumeConditionNormal | Normal | info | Volume is fine again
NodeFailed | Warning | high | Node of a pod that uses the PVC failed
NodeRecovered | Warning | info | That node recovered

@ snapshot-controller / VolumeGroupSnapshot
GroupSnapshotReady | Normal | info | The group snapshot is usable; its other words are those of a snapshot behind Group
GroupSnapshotContentCreationFailed | Warning | medium | The content of the group snapshot could not be created
`);
