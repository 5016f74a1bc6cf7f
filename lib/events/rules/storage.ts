import { ruleTable } from './ruleTable.ts';

/**
 * Volumes, from the kubelet (on Pods), the volume controllers and the CSI sidecars (on claims and volumes). A pod may
 * have several volumes, so success with one does not resolve a failure on the Pod; a claim is one volume, so there it does.
 */
export const storageRules = ruleTable('storage', {}, [
  // A pod that is being deleted no longer sees what it mounted.
  ['FailedMount', 'low', 'storage', { kind: 'Pod', id: 'leaving', message: ' not registered$' }],
  // Usual for seconds while a volume moves between nodes.
  ['FailedMount', 'medium', 'storage', { kind: 'Pod' }],
  ['FailedMapVolume', 'high', 'storage', { kind: 'Pod' }],
  ['FailedAttachVolume', 'high', 'storage'],
  ['FailedDetachVolume', 'medium', 'storage'],
  // Where a second volume still cannot be attached, the next attempt says so.
  ['SuccessfulAttachVolume', 'info', 'storage', { resolves: ['FailedAttachVolume'] }],
  ['SuccessfulMountVolume', 'info', 'storage'],
  ['FailedMountOnFilesystemMismatch', 'high', 'storage'],
  ['AlreadyMountedVolume', 'low', 'storage'],
  ['VolumePermissionChangeInProgress', 'low', 'storage'],
  ['VolumeConditionAbnormal', 'high', 'storage'],
  ['FileSystemResizeFailed', 'high', 'storage'],
  [
    'FileSystemResizeSuccessful',
    'info',
    'storage',
    { kind: 'PersistentVolumeClaim', resolves: ['FileSystemResizeFailed', 'VolumeResizeFailed'] },
  ],
  ['FileSystemResizeSuccessful', 'info', 'storage', { id: 'pod' }],
  ['VolumeResizeFailed', 'high', 'storage'],
  ['VolumeResizeSuccessful', 'info', 'storage', { kind: 'PersistentVolumeClaim', resolves: ['VolumeResizeFailed'] }],
  ['ExternalExpanding', 'medium', 'storage', { type: 'Warning' }],
  ['ExternalExpanding', 'info', 'storage', { id: 'normal' }],
  ['ProvisioningFailed', 'high', 'storage'],
  [
    'ProvisioningSucceeded',
    'info',
    'storage',
    { kind: 'PersistentVolumeClaim', resolves: ['ProvisioningFailed', 'FailedBinding'] },
  ],
  ['ProvisioningCleanupFailed', 'medium', 'storage'],
  ['ExternalProvisioning', 'info', 'storage'],
  ['WaitForFirstConsumer', 'info', 'storage'],
  ['WaitForPodScheduled', 'info', 'storage'],
  ['FailedBinding', 'high', 'storage', { kind: 'Pod', id: 'ephemeral' }],
  // Normal when there is simply no volume that fits.
  ['FailedBinding', 'medium', 'storage', { kind: 'PersistentVolumeClaim' }],
  ['ClaimLost', 'critical', 'storage'],
  ['ClaimMisbound', 'high', 'storage'],
  ['VolumeMismatch', 'medium', 'storage'],
  // The driver tries again when the last node has let go.
  ['VolumeFailedDelete', 'low', 'storage', { id: 'attached', message: 'still attached to node' }],
  ['VolumeFailedDelete', 'medium', 'storage'],
  ['VolumeDelete', 'low', 'storage'],
  ['VolumeFailedRecycle', 'medium', 'storage', { type: 'Warning' }],
  ['VolumeFailedRecycle', 'low', 'storage', { id: 'in-use' }],
  ['VolumeRecycled', 'info', 'storage'],
  ['RecyclerPod', 'low', 'storage'],
  ['VolumeUnknownReclaimPolicy', 'medium', 'storage'],
  ['SELinuxLabelConflict', 'low', 'security'],
  ['SELinuxChangePolicyConflict', 'low', 'security'],
  ['MultipleSELinuxLabels', 'low', 'security'],
]);
