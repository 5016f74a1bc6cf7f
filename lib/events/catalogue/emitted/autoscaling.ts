import { emitted } from './emitted.ts';

/** Cluster Autoscaler, VPA and KEDA. */
export const autoscalingEmitted = emitted(`
@ cluster-autoscaler / Pod
TriggeredScaleUp | Normal | info | Pod triggers a scale-up
NotTriggerScaleUp | Normal | medium | No node group fits the pod | pod didn't trigger scale-up: 1 node(s) didn't match Pod's node affinity/selector
NotTriggerScaleUp | Normal | high | The node groups that fit the pod are at their limit | pod didn't trigger scale-up: 2 max node group size reached
ScaleDown | Normal | info | Pod removed for node scale down
ScaleDownFailed | Warning | medium | Pod could not be evicted
(none) | Normal | info | Pod consumes a ProvisioningRequest, no scale-up | Unschedulable pod didn't trigger scale-up, because it's consuming ProvisioningRequest default/batch

@ cluster-autoscaler / Node
ScaleDown | Normal | low | Node is no longer needed: tainted, emptied, removed
ScaleDownFailed | Warning | medium | Node could not be removed
ClusterAutoscalerCleanup | Normal | info | Leftover taint removed
ClusterAutoscalerCleanup | Warning | low | Leftover taint could not be removed

@ cluster-autoscaler / ConfigMap
ScaleDownEmpty | Normal | info | Empty node removed
ScaledUpGroup | Normal | info | Node group size increased
FailedToScaleUpGroup | Warning | high | ASG could not be increased
ScaleUpFailed | Warning | high | New instances did not come up
ScaleUpTimedOut | Warning | high | New nodes did not register in time
FailedToRevertScaleUp | Warning | medium | Failed scale-up could not be reverted
MaxNodesTotalReached | Warning | high | Cluster size limit reached
ClusterUnhealthy | Warning | critical | Too many unready nodes; autoscaler stops acting
DeleteUnregistered | Normal | info | Unregistered instance removed
DeleteUnregisteredFailed | Warning | medium | Unregistered instance could not be removed
PriorityConfigMapInvalid | Warning | medium | Priority expander config invalid
PriorityConfigMapNotMatchedGroup | Warning | low | Group not matched by priorities
PriorityConfigMapNoGroupMatched | Warning | low | No group matched by priorities
GracefulDegradationStarted | Warning | high | Autoscaler cannot handle the number of pending pods
GracefulDegradationStopped | Normal | info | Degradation ended

@ vpa-updater / Pod
EvictedByVPA | Normal | low | VPA evicted the pod to apply a recommendation
InPlaceResizedByVPA | Normal | info | VPA resized the pod in place
InPlaceResizeSkipped | Normal | info | VPA skipped an in-place resize

@ vpa-updater / VerticalPodAutoscaler
EvictedPod | Normal | low | VPA evicted a pod

@ keda-operator / ScaledObject
ScaledObjectReady | Normal | info | ScaledObject ready
ScaledObjectCheckFailed | Warning | high | ScaledObject invalid or target missing
ScaledObjectUpdateFailed | Warning | medium | Status update failed
ScaledObjectDeleted | Warning | low | ScaledObject deleted (type Warning by design)
ScaledObjectPaused | Normal | low | Autoscaling paused
ScaledObjectUnpaused | Normal | info | Autoscaling resumed
ScaledObjectFallbackActivated | Normal | high | Fallback replicas in use (TYPE IS NORMAL)
ScaledObjectFallbackDeactivated | Normal | info | Fallback ended

@ keda-operator / ScaledJob
ScaledJobReady | Normal | info | ScaledJob ready
ScaledJobCheckFailed | Warning | high | ScaledJob invalid
ScaledJobUpdateFailed | Warning | medium | Status update failed
ScaledJobDeleted | Warning | low | ScaledJob deleted (type Warning by design)
ScaledJobPaused | Normal | low | Paused
ScaledJobUnpaused | Normal | info | Resumed
ScaledJobRolloutCleanupStarted | Normal | info | Old jobs are being deleted
ScaledJobRolloutCleanupCompleted | Normal | info | Old jobs deleted
ScaledJobRolloutCleanupFailed | Warning | medium | Old jobs could not be deleted

@ keda-operator / TriggerAuthentication
TriggerAuthenticationAdded | Normal | info | Added
TriggerAuthenticationDeleted | Normal | info | Deleted

@ keda-operator / ClusterTriggerAuthentication
ClusterTriggerAuthenticationAdded | Normal | info | Added
ClusterTriggerAuthenticationUpdated | Normal | info | Updated (same string for both kinds: constant value defect)
ClusterTriggerAuthenticationDeleted | Normal | info | Deleted

@ keda-operator / ScaledObject/ScaledJob
KEDAScalersStarted | Normal | info | Scaler watch started
KEDAScalersStopped | Normal | low | Scaler watch stopped
KEDAScalerFailed | Warning | medium | A scaler (e.g. SQS, CloudWatch, Kafka) failed
KEDAMetricSourceFailed | Warning | medium | Metric for the formula failed
KEDAScalerInfo | Normal | low | Scaler remark (deprecations, rate limits)
KEDAScalerInfo | Warning | low | Scaler remark (deprecations, rate limits)
KEDAScaleTargetActivated | Normal | info | Scaled from zero
KEDAScaleTargetDeactivated | Normal | info | Scaled to zero
KEDAScaleTargetActivationFailed | Warning | high | Scale from zero failed
KEDAScaleTargetDeactivationFailed | Warning | medium | Scale to zero failed
KEDAJobsCreated | Normal | info | Jobs created
KEDAJobCreateFailed | Warning | high | Job could not be created
ScaledJobActive | Normal | info | Triggers active
ScaledJobInactive | Normal | info | Triggers inactive
`);
