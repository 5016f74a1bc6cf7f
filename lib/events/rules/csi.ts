import { ruleTable } from './ruleTable.ts';

const snapshotTroubles = [
  'SnapshotContentMissing',
  'SnapshotContentCreationFailed',
  'CreateSnapshotContentFailed',
  'SnapshotCreationFailed',
  'SnapshotContentCheckandUpdateFailed',
];
const lesserSnapshotTroubles = [
  'SnapshotContentMisbound',
  'SnapshotContentMismatch',
  'SnapshotMisbound',
  'SnapshotBindFailed',
  'SnapshotStatusUpdateFailed',
  'SnapshotPVCSourceMissing',
  'SnapshotValidationError',
  'SnapshotContentObjectDeleteError',
  'SnapshotDeleteError',
  'GetSnapshotClassFailed',
  'SetDefaultSnapshotClassFailed',
];

/**
 * The CSI sidecars, for every driver. Their component carries the driver's name, a pod name or a random part
 * (`ebs.csi.aws.com_ebs-csi-controller-…_UUID`), so it is not asked for. What they share with kube-controller-manager is in
 * the storage table.
 */
export const csiRules = ruleTable('csi', {}, [
  [['Provisioning', 'Resizing', 'FileSystemResizeRequired', 'VolumeModify'], 'info', 'storage'],
  [['VolumeModifyFailed', 'VolumeModificationFailed'], 'medium', 'storage'],
  ['VolumeModifyCanceled', 'low', 'storage'],
  ['VolumeModifySuccessful', 'info', 'storage', { resolves: ['VolumeModifyFailed'] }],
  ['VolumeModificationStarted', 'info', 'storage'],
  ['VolumeModificationSuccessful', 'info', 'storage', { resolves: ['VolumeModificationFailed'] }],
  ['VolumeConditionNormal', 'info', 'storage', { resolves: ['VolumeConditionAbnormal'] }],
  // On the claim: the node of a pod that uses it.
  ['NodeFailed', 'high', 'node', { kind: 'PersistentVolumeClaim' }],
  // A Warning, although it is the recovery.
  ['NodeRecovered', 'info', 'node', { kind: 'PersistentVolumeClaim', resolves: ['NodeFailed'] }],
  [snapshotTroubles, 'high', 'backup'],
  [lesserSnapshotTroubles, 'medium', 'backup'],
  [['SnapshotHandleSet', 'SnapshotFinalizerError', 'SnapshotDeletePending', 'ErrorPVCFinalizer'], 'low', 'backup'],
  [['CreatingSnapshot', 'SnapshotCreated'], 'info', 'backup'],
  ['SnapshotReady', 'info', 'backup', { resolves: [...snapshotTroubles, ...lesserSnapshotTroubles] }],
  // Group snapshots: the same words behind `Group`.
  ['Group*', 'medium', 'backup', { kind: 'VolumeGroupSnapshot*', type: 'Warning' }],
  ['Group*', 'info', 'backup', { kind: 'VolumeGroupSnapshot*', id: 'normal' }],
]);
