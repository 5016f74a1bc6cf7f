import { ruleTable } from './ruleTable.ts';

/** The message of a status change; the old status may be empty. */
const health = (status: string) => `^Updated health status: [A-Za-z]* -> ${status}`;
const sync = (status: string) => `^Updated sync status: [A-Za-z]* -> ${status}`;

/**
 * Argo CD. A state change of an Application is always a Normal `ResourceUpdated`; the words people use (Degraded,
 * OutOfSync) are in the message. Whether a sync worked, only the type of `OperationCompleted` says.
 */
export const argoCdRules = ruleTable('argocd', { component: 'argocd-*' }, [
  ['ResourceUpdated', 'high', 'gitops', { id: 'degraded', message: health('Degraded'), as: 'Degraded' }],
  ['ResourceUpdated', 'medium', 'gitops', { id: 'missing', message: health('Missing'), as: 'Missing' }],
  ['ResourceUpdated', 'medium', 'gitops', { id: 'health-unknown', message: health('Unknown'), as: 'HealthUnknown' }],
  [
    'ResourceUpdated',
    'info',
    'gitops',
    {
      id: 'healthy',
      message: health('Healthy'),
      as: 'Healthy',
      resolves: ['Degraded', 'Missing', 'HealthUnknown'],
    },
  ],
  ['ResourceUpdated', 'info', 'gitops', { id: 'progressing', message: health('Progressing'), as: 'Progressing' }],
  ['ResourceUpdated', 'info', 'gitops', { id: 'suspended', message: health('Suspended'), as: 'Suspended' }],
  // Every commit passes through it when syncs are automatic, so it is no alarm by itself.
  ['ResourceUpdated', 'medium', 'gitops', { id: 'out-of-sync', message: sync('OutOfSync'), as: 'OutOfSync' }],
  // The comparison failed: no access to the repository, or manifests that cannot be rendered.
  ['ResourceUpdated', 'medium', 'gitops', { id: 'sync-unknown', message: sync('Unknown'), as: 'SyncUnknown' }],
  [
    'ResourceUpdated',
    'info',
    'gitops',
    { id: 'synced', message: sync('Synced'), as: 'Synced', resolves: ['OutOfSync', 'SyncUnknown'] },
  ],
  ['ResourceUpdated', 'info', 'gitops'],
  ['OperationCompleted', 'high', 'gitops', { type: 'Warning', as: 'SyncFailed' }],
  ['OperationCompleted', 'info', 'gitops', { id: 'ok', resolves: ['SyncFailed'] }],
  ['StatusRefreshed', 'medium', 'gitops', { type: 'Warning' }],
  ['ResourceDeleted', 'low', 'gitops'],
  [['ResourceCreated', 'ResourceActionRan', 'OperationStarted', 'StatusRefreshed'], 'info', 'gitops', { id: 'audit' }],
]);

/** The ApplicationSet controller; its lower-case words are results of controller-runtime. */
export const applicationSetRules = ruleTable('argocd-applicationset', { kind: 'ApplicationSet' }, [
  [['created', 'updated', 'unchanged', 'Deleted', 'Updated'], 'info', 'gitops'],
]);

const rolloutTroubles = [
  'RolloutAborted',
  'ReconciliationError',
  'TrafficRoutingError',
  'LoadBalancerNotFound',
  'VirtualServiceNotFound',
  'DestinationRuleNotFound',
  'TrafficSplitNotCreated',
];
const verifyTroubles = ['WeightVerifyError', 'TargetGroupUnverified', 'TargetGroupVerifyError'];

/**
 * Argo Rollouts. The rollout that was aborted is the news; the analysis that caused it says why, and is on three objects
 * at once.
 */
export const argoRolloutsRules = ruleTable('argo-rollouts', { component: 'rollouts-controller' }, [
  [rolloutTroubles, 'high', 'gitops'],
  [verifyTroubles, 'medium', 'gitops'],
  ['RolloutCompleted', 'info', 'gitops', { resolves: [...rolloutTroubles, ...verifyTroubles] }],
  [['AnalysisRunFailed', 'AnalysisRunError', 'AnalysisRunInconclusive'], 'medium', 'gitops'],
  [['MetricFailed', 'MetricError', 'MetricInconclusive'], 'medium', 'gitops', { kind: 'AnalysisRun' }],
  [['ExperimentFailed', 'ExperimentError'], 'high', 'gitops'],
  [['TemplateFailed', 'TemplateError'], 'medium', 'gitops', { kind: 'Experiment' }],
  [['RolloutNotCompleted', 'RolloutPaused', 'RolloutDeleted', 'SkipSteps'], 'low', 'gitops'],
  ['StepPluginTransition', 'low', 'gitops', { type: 'Warning' }],
  [
    [
      'StepPluginTransition',
      'RolloutUpdated',
      'RolloutResumed',
      'RolloutStepCompleted',
      'RolloutAddedToInformer',
      'NewReplicaSetCreated',
      'SwitchService',
      'TrafficWeightUpdated',
      'TargetGroupVerified',
      'PatchingALBIngress',
      'Updated VirtualService',
      'UpdatedDestinationRule',
      'CreatingCanaryIngress',
      'PatchingCanaryIngress',
      'TrafficSplitCreated',
      'ExperimentCreated',
      'ExperimentRunning',
      'ExperimentSuccessful',
      'AnalysisRunSuccessful',
      'AnalysisRunRunning',
      'AnalysisRunPending',
      'MetricSuccessful',
    ],
    'info',
    'gitops',
    { id: 'progress' },
  ],
]);

/** Argo Workflows. A failed step is a line of the workflow's own failure. */
export const argoWorkflowsRules = ruleTable('argo-workflows', { component: 'workflow-controller' }, [
  [['WorkflowFailed', 'WorkflowTimedOut'], 'high', 'batch'],
  [['WorkflowNodeFailed', 'WorkflowNodeError', 'Malformed', 'WorkflowEventBindingError'], 'medium', 'batch'],
  [['ArtifactGCFailed', 'PodLevelResourcesDropped', 'ResourceClaimsDropped'], 'low', 'batch'],
  ['WorkflowSucceeded', 'info', 'batch', { resolves: ['WorkflowNodeFailed', 'WorkflowNodeError'] }],
  [['WorkflowRunning', 'WorkflowNodeRunning', 'WorkflowNodeSucceeded'], 'info', 'batch'],
]);
