import { emitted } from './emitted.ts';

/** Argo CD, Argo Rollouts and Argo Workflows. */
export const argoEmitted = emitted(`
@ argocd-application-controller / Application
OperationCompleted | Normal | info | Sync operation succeeded | Sync operation to 9f1c2ab succeeded
OperationCompleted | Warning | high | Sync operation failed | Sync operation to 9f1c2ab failed: one or more objects failed to apply
OperationStarted | Normal | info | Automated sync or rollback started | Initiated automated sync to '9f1c2ab'
ResourceUpdated | Normal | high | Sync or health status of the application changed | Updated health status: Healthy -> Degraded
ResourceUpdated | Normal | info | The application became healthy | Updated health status: Progressing -> Healthy
ResourceUpdated | Normal | medium | Resources of the application are not there | Updated health status: Healthy -> Missing
ResourceUpdated | Normal | info | The application is changing | Updated health status: Healthy -> Progressing
ResourceUpdated | Normal | info | The application is paused | Updated health status: Healthy -> Suspended
ResourceUpdated | Normal | medium | The health of the application cannot be told | Updated health status: Healthy -> Unknown
ResourceUpdated | Normal | medium | The cluster no longer is what Git says | Updated sync status: Synced -> OutOfSync
ResourceUpdated | Normal | info | The cluster is what Git says | Updated sync status: OutOfSync -> Synced
ResourceUpdated | Normal | medium | Git and cluster cannot be compared: no access to the repository, or manifests that cannot be rendered | Updated sync status: Synced -> Unknown
StatusRefreshed | Warning | medium | Resources of a deleted application could not be removed | Unable to delete application resources: timeout
StatusRefreshed | Normal | info | The status of the application was read anew

@ argocd-server / Application
ResourceCreated | Normal | info | User created an application/project/token
ResourceUpdated | Normal | info | User changed an application/project/resource | admin updated application
ResourceDeleted | Normal | low | User deleted an application/project/resource
ResourceActionRan | Normal | info | User ran a resource action
OperationStarted | Normal | info | User started a sync or rollback

@ applicationset-controller / ApplicationSet
created | Normal | info | ApplicationSet created an Application
updated | Normal | info | ApplicationSet updated an Application
Deleted | Normal | info | ApplicationSet deleted an Application
Updated | Normal | info | Finalizer removed before deletion
unchanged | Normal | info | An Application is as the ApplicationSet wants it

@ rollouts-controller / Rollout
RolloutUpdated | Normal | info | New revision started
RolloutCompleted | Normal | info | Rollout completed
RolloutNotCompleted | Normal | low | A newer revision replaced a running rollout
RolloutAborted | Warning | high | Rollout aborted (rollback)
RolloutPaused | Normal | low | Rollout paused
RolloutResumed | Normal | info | Rollout resumed
RolloutStepCompleted | Normal | info | Canary step done
RolloutAddedToInformer | Normal | info | Rollout seen by the controller
RolloutDeleted | Normal | low | Rollout deleted
NewReplicaSetCreated | Normal | info | ReplicaSet created
ScalingReplicaSet | Normal | info | ReplicaSet resized
ReplicaSetCreateError | Warning | high | ReplicaSet could not be created
SkipSteps | Normal | low | Steps skipped on rollback
SwitchService | Normal | info | Service selector switched
ReconciliationError | Warning | high | Step plugin reconciliation error
StepPluginTransition | Normal | info | Step plugin changed state
StepPluginTransition | Warning | low | Step plugin changed state
TrafficWeightUpdated | Normal | info | Traffic weight changed
TrafficRoutingError | Warning | high | Traffic router failed
WeightVerifyError | Warning | medium | Weight could not be verified
TargetGroupVerified | Normal | info | ALB target group verified
TargetGroupUnverified | Warning | medium | ALB target group not verified yet
TargetGroupVerifyError | Warning | medium | ALB verification failed
LoadBalancerNotFound | Warning | high | ALB not found
PatchingALBIngress | Normal | info | ALB ingress updated
Updated VirtualService | Normal | info | Istio VirtualService updated
UpdatedDestinationRule | Normal | info | DestinationRule updated
VirtualServiceNotFound | Warning | high | VirtualService missing
DestinationRuleNotFound | Warning | high | DestinationRule missing
CreatingCanaryIngress | Normal | info | Canary ingress created
PatchingCanaryIngress | Normal | info | Canary ingress updated
TrafficSplitCreated | Normal | info | SMI split created
TrafficSplitNotCreated | Normal | high | SMI split failed
ExperimentCreated | Normal | info | Experiment created

@ rollouts-controller / Rollout/AnalysisRun/Experiment
AnalysisRunSuccessful | Normal | info | Analysis is successful
AnalysisRunRunning | Normal | info | Analysis is running
AnalysisRunPending | Normal | info | Analysis is pending
AnalysisRunInconclusive | Normal | medium | Analysis is inconclusive
AnalysisRunFailed | Warning | medium | Analysis is failed
AnalysisRunError | Warning | medium | Analysis is error

@ rollouts-controller / AnalysisRun
MetricSuccessful | Normal | info | Analysis metric ended successful
MetricInconclusive | Normal | medium | Analysis metric ended inconclusive
MetricFailed | Warning | medium | Analysis metric ended failed
MetricError | Warning | medium | Analysis metric ended error

@ rollouts-controller / Experiment
ExperimentRunning | Normal | info | Experiment is running
ExperimentSuccessful | Normal | info | Experiment is successful
ExperimentFailed | Warning | high | Experiment is failed
ExperimentError | Warning | high | Experiment is error
TemplateFailed | Warning | medium | A template of the experiment failed
TemplateError | Warning | medium | A template of the experiment could not be run

@ workflow-controller / Workflow
WorkflowRunning | Normal | info | Workflow started
WorkflowSucceeded | Normal | info | Workflow succeeded
WorkflowFailed | Warning | high | Workflow failed
WorkflowTimedOut | Warning | high | Workflow timed out
WorkflowNodeRunning | Normal | info | Step running
WorkflowNodeSucceeded | Normal | info | Step succeeded
WorkflowNodeFailed | Warning | medium | Step failed
WorkflowNodeError | Warning | medium | Step errored
ArtifactGCFailed | Warning | low | Artifact GC failed
PodLevelResourcesDropped | Warning | low | API server dropped a field
ResourceClaimsDropped | Warning | low | API server dropped a field
Malformed | Warning | medium | CronWorkflow malformed
WorkflowEventBindingError | Warning | medium | Event binding failed
`);
