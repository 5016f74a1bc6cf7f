import { ruleTable } from './ruleTable.ts';

const applyTroubles = ['ReconciliationFailed', 'BuildFailed', 'HealthCheckFailed'];
const lesserApplyTroubles = ['ArtifactFailed', 'PruneFailed', 'InvalidCELExpression', 'error'];

/** Flux kustomize-controller. The reason is that of the Ready condition; without one it is the word `info` or `error`. */
export const kustomizeRules = ruleTable('flux', { kind: 'Kustomization' }, [
  [applyTroubles, 'high', 'gitops'],
  [lesserApplyTroubles, 'medium', 'gitops'],
  ['ReconciliationSucceeded', 'info', 'gitops', { resolves: [...applyTroubles, ...lesserApplyTroubles] }],
  [['ProgressingWithRetry', 'FeatureGateDisabled'], 'low', 'gitops', { type: 'Warning' }],
  // Repeated until what it waits for is there, which has events of its own.
  [
    ['DependencyNotReady', 'HealthCheckCanceled', 'Progressing', 'ProgressingWithRetry', 'info'],
    'info',
    'gitops',
    { id: 'wait' },
  ],
]);

const releaseTroubles = [
  'InstallFailed',
  'UpgradeFailed',
  'RollbackFailed',
  'TestFailed',
  'AccessDenied',
  'ValuesError',
];
const lesserReleaseTroubles = [
  'UninstallFailed',
  'DriftCorrectionFailed',
  'ArtifactFailed',
  'InvalidCELExpression',
  'HelmChartSyncErr',
  'PendingRelease',
];

/** Flux helm-controller. */
export const helmRules = ruleTable('flux', { kind: 'HelmRelease' }, [
  [releaseTroubles, 'high', 'gitops', { id: 'helm' }],
  [lesserReleaseTroubles, 'medium', 'gitops', { id: 'helm' }],
  ['DriftDetected', 'medium', 'gitops'],
  // It runs again, on the version before: somebody should look at the one that failed.
  ['RollbackSucceeded', 'medium', 'gitops', { resolves: ['RollbackFailed'] }],
  [
    ['InstallSucceeded', 'UpgradeSucceeded', 'TestSucceeded'],
    'info',
    'gitops',
    { resolves: [...releaseTroubles, ...lesserReleaseTroubles, 'RollbackSucceeded'] },
  ],
  ['DriftCorrected', 'low', 'gitops', { resolves: ['DriftDetected', 'DriftCorrectionFailed'] }],
  [['UninstallSucceeded', 'InventoryBuildFailed', 'NamespaceCheckSkipped', 'HelmChartDeleted'], 'low', 'gitops'],
  [
    ['DependencyNotReady', 'HealthCheckCanceled', 'HelmChartCreated', 'HelmChartConfigured'],
    'info',
    'gitops',
    { id: 'helm' },
  ],
]);

const sourceKinds = [
  'GitRepository',
  'OCIRepository',
  'HelmRepository',
  'HelmChart',
  'Bucket',
  'ExternalArtifact',
  'ImageUpdateAutomation',
  'ImageRepository',
];
/** Nobody but a person can put these right. */
const sourceTroubles = ['AuthenticationFailed', 'ArtifactVerificationFailed', 'VerificationError'];
/** Networks fail for a minute now and then; what lasts escalates. */
const passingTroubles = [
  'GitOperationFailed',
  'BucketOperationFailed',
  'OCIArtifactPullFailed',
  'IndexationFailed',
  'FetchFailed',
  'Failed',
];
const settingTroubles = [
  'OCIArtifactLayerOperationFailed',
  'URLInvalid',
  'DirectoryCreationFailed',
  'ArchiveOperationFailed',
  'StatOperationFailed',
  'ReadOperationFailed',
  'InvalidPath',
  'InvalidProviderConfiguration',
  'InvalidSTSConfiguration',
  'UnsupportedSourceKind',
  'UpdateFailed',
  'InvalidUpdateStrategy',
  'InvalidSourceConfiguration',
  'SourceManagerFailed',
  'InvalidPolicySelector',
];

/** Flux source-controller and image-automation-controller. Trace events are stored as Normal. */
export const fluxSourceRules = ruleTable('flux-source', { kind: sourceKinds }, [
  [sourceTroubles, 'high', 'gitops'],
  [[...passingTroubles, ...settingTroubles], 'medium', 'gitops'],
  [
    [
      'NewArtifact',
      'Succeeded',
      'ArtifactUpToDate',
      'GitOperationSucceeded',
      'ChartPullSucceeded',
      'ChartPackageSucceeded',
    ],
    'info',
    'gitops',
    { resolves: [...sourceTroubles, ...passingTroubles, ...settingTroubles] },
  ],
  [
    [
      'GarbageCollectionFailed',
      'AcquireLockFailed',
      'SymlinkUpdateFailed',
      'CacheOperationFailed',
      'SourceIgnoreError',
      'PatchOperationFailed',
    ],
    'low',
    'gitops',
  ],
  [['NoSourceArtifact', 'GarbageCollectionSucceeded'], 'info', 'gitops'],
]);

/** Flux notification-controller: what it cannot deliver, nobody hears of otherwise. */
export const fluxNotificationRules = ruleTable('flux-notification', { kind: ['Alert', 'Provider', 'Receiver'] }, [
  ['NotificationDispatchFailed', 'high', 'gitops'],
  ['InvalidConfig', 'medium', 'gitops'],
  [['SourceFetchFailed', 'MetadataAppendFailed'], 'low', 'gitops'],
  ['Migration', 'info', 'gitops'],
]);
