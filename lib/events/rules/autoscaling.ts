import { ruleTable } from './ruleTable.ts';

/** Cluster Autoscaler. Most is on its status ConfigMap; what it thinks of a pod is on the Pod, as a Normal event. */
export const clusterAutoscalerRules = ruleTable('cluster-autoscaler', { component: 'cluster-autoscaler' }, [
  [
    'NotTriggerScaleUp',
    'high',
    'autoscaling',
    { id: 'limit', message: 'max node group size reached|max total nodes|max cluster ' },
  ],
  ['NotTriggerScaleUp', 'medium', 'autoscaling'],
  ['TriggeredScaleUp', 'info', 'autoscaling', { resolves: ['NotTriggerScaleUp'] }],
  ['ClusterUnhealthy', 'critical', 'autoscaling'],
  [
    ['FailedToScaleUpGroup', 'ScaleUpFailed', 'ScaleUpTimedOut', 'MaxNodesTotalReached', 'GracefulDegradationStarted'],
    'high',
    'autoscaling',
  ],
  ['GracefulDegradationStopped', 'info', 'autoscaling', { resolves: ['GracefulDegradationStarted'] }],
  [
    ['FailedToRevertScaleUp', 'ScaleDownFailed', 'DeleteUnregisteredFailed', 'PriorityConfigMapInvalid'],
    'medium',
    'autoscaling',
  ],
  [['PriorityConfigMapNotMatchedGroup', 'PriorityConfigMapNoGroupMatched'], 'low', 'autoscaling'],
  ['ClusterAutoscalerCleanup', 'low', 'autoscaling', { type: 'Warning' }],
  // A taint and no cordon: this is all the notice there is before the instance goes.
  ['ScaleDown', 'low', 'autoscaling', { kind: 'Node', id: 'node' }],
  [
    ['ScaleDown', 'ScaleDownEmpty', 'ScaledUpGroup', 'DeleteUnregistered', 'ClusterAutoscalerCleanup', 'Unspecified'],
    'info',
    'autoscaling',
    { id: 'routine' },
  ],
]);

/** The vertical pod autoscaler evicts on purpose. */
export const vpaRules = ruleTable('vpa', { component: 'vpa-*' }, [
  [['EvictedByVPA', 'EvictedPod'], 'low', 'autoscaling'],
  [['InPlaceResizedByVPA', 'InPlaceResizeSkipped'], 'info', 'autoscaling'],
]);

const scalerTroubles = ['KEDAScalerFailed', 'KEDAMetricSourceFailed'];
const targetTroubles = ['KEDAScaleTargetActivationFailed', 'KEDAScaleTargetDeactivationFailed'];

/** KEDA: the operator reports its objects, the scale handler what the scalers do. All reasons are its own. */
export const kedaRules = ruleTable('keda', {}, [
  [['ScaledObjectCheckFailed', 'ScaledJobCheckFailed'], 'high', 'autoscaling'],
  // Normal, yet the scaler is blind and runs on a fixed number.
  ['ScaledObjectFallbackActivated', 'high', 'autoscaling'],
  ['ScaledObjectFallbackDeactivated', 'info', 'autoscaling', { resolves: ['ScaledObjectFallbackActivated'] }],
  // A query that timed out once is nothing; one that keeps failing escalates.
  [scalerTroubles, 'medium', 'autoscaling'],
  [['KEDAScaleTargetActivationFailed', 'KEDAJobCreateFailed'], 'high', 'autoscaling'],
  ['KEDAScaleTargetDeactivationFailed', 'medium', 'autoscaling'],
  [['ScaledObjectUpdateFailed', 'ScaledJobUpdateFailed', 'ScaledJobRolloutCleanupFailed'], 'medium', 'autoscaling'],
  // Warnings by design, although somebody simply deleted them.
  [['ScaledObjectDeleted', 'ScaledJobDeleted', 'KEDAScalerInfo'], 'low', 'autoscaling'],
  [['ScaledObjectPaused', 'ScaledJobPaused', 'KEDAScalersStopped'], 'low', 'autoscaling'],
  [
    ['ScaledObjectReady', 'ScaledJobReady'],
    'info',
    'autoscaling',
    { resolves: ['ScaledObjectCheckFailed', 'ScaledJobCheckFailed', ...scalerTroubles] },
  ],
  [['KEDAScaleTargetActivated', 'KEDAScaleTargetDeactivated'], 'info', 'autoscaling', { resolves: targetTroubles }],
  ['KEDAJobsCreated', 'info', 'autoscaling', { resolves: ['KEDAJobCreateFailed'] }],
  [
    [
      'ScaledObjectUnpaused',
      'ScaledJobUnpaused',
      'ScaledJobRolloutCleanupStarted',
      'ScaledJobRolloutCleanupCompleted',
      'ScaledJobActive',
      'ScaledJobInactive',
      'KEDAScalersStarted',
      'TriggerAuthenticationAdded',
      'TriggerAuthenticationDeleted',
      'ClusterTriggerAuthenticationAdded',
      'ClusterTriggerAuthenticationUpdated',
      'ClusterTriggerAuthenticationDeleted',
    ],
    'info',
    'autoscaling',
  ],
]);
