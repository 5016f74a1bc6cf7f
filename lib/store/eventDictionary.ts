/**
 * Text that Kubernetes Events have in common, as a preset dictionary for deflate: a 1 KB event shrinks to a third of
 * what plain deflate makes of it. Order matters, the likeliest text is last, where references to it are shortest.
 *
 * Stored items are unreadable without the very dictionary they were written with: never change a released version,
 * add the next one beside it (`eventBlob.ts`).
 */
export const eventDictionary1 = [
  // Messages
  'Readiness probe failed: Liveness probe failed: Startup probe failed: HTTP probe failed with statuscode: 50',
  'Get "http://10.0.": dial tcp 10.0.: connect: connection refused context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
  'MountVolume.SetUp failed for volume "kube-api-access-" : failed to sync configmap cache: timed out waiting for the condition',
  'Unable to attach or mount volumes: unmounted volumes=[], unattached volumes=[], failed to process volumes=[]: ',
  'AttachVolume.Attach succeeded for volume "pvc-" Multi-Attach error for volume "pvc-" Volume is already used by pod(s) ',
  'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox ": plugin type="aws-cni" name="aws-cni" failed (add): ',
  'failed to resolve reference ": unexpected status from HEAD request to https://registry-1.docker.io/v2/library/manifests/: 429 Too Many Requests',
  'rpc error: code = NotFound desc = failed to pull and unpack image ".dkr.ecr..amazonaws.com/: not found',
  'Failed to pull image "docker.io/library/": Error: ErrImagePull Error: ImagePullBackOff Error: secret " not found',
  'Back-off pulling image "Back-off restarting failed container  in pod ',
  'Pulling image "Successfully pulled image " in ms (ms including waiting). Image size:  bytes. Container image "" already present on machine',
  'Created container: Started container Stopping container Container failed liveness probe, will be restarted',
  'The node was low on resource: ephemeral-storage. Threshold quantity: , available: . Container was using , request is 0, has larger consumption of ',
  'Node  status is now: NodeNotReady NodeReady NodeHasSufficientMemory NodeHasNoDiskPressure NodeHasSufficientPID NodeHasDiskPressure',
  '0/ nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/not-ready: }, {node-role.kubernetes.io/control-plane: }, ',
  "node(s) didn't match Pod's node affinity/selector, Insufficient cpu, Insufficient memory. ",
  'preemption: 0/ nodes are available: Preemption is not helpful for scheduling, No preemption victims found for incoming pod.',
  'Error creating: pods "" is forbidden: exceeded quota: , requested: limits.cpu=, used: , limited: ',
  'failed to get cpu utilization: unable to get metrics for resource cpu: no metrics returned from resource metrics API',
  'Job has reached the specified backoff limit Created pod:  Deleted pod:  Saw completed job: , condition: Complete',
  'Scaled up replica set  from 0 to 1 Scaled down replica set  from 1 to 0 Successfully assigned  to ip-10-0-.compute.internal',
  // Words: reasons, kinds, components
  'FailedAttachVolume FailedCreatePodSandBox FailedGetResourceMetric NodeNotReady NodeHasSufficientMemory TaintManagerEviction Evicted Preempted',
  'SuccessfulDelete SuccessfulAttachVolume BackoffLimitExceeded ProvisioningFailed ExternalProvisioning WaitForFirstConsumer Completed Unhealthy Killing',
  '"kind":"Node""kind":"Deployment""kind":"StatefulSet""kind":"DaemonSet""kind":"CronJob""kind":"PersistentVolumeClaim""kind":"HorizontalPodAutoscaler""kind":"Service"',
  '"apiVersion":"batch/v1""apiVersion":"autoscaling/v2""apiVersion":"apps/v1""kind":"Job""kind":"ReplicaSet"',
  'deployment-controllerreplicaset-controllerdaemonset-controllerstatefulset-controllerjob-controllercronjob-controllernode-controller',
  'horizontal-pod-autoscalerattachdetach-controllerpersistentvolume-controllertaint-eviction-controllerkarpentercluster-autoscaler',
  '"reportingController":"default-scheduler","reportingInstance":"default-scheduler-","action":"Scheduling","reason":"FailedScheduling","action":"Binding","reason":"Scheduled"',
  // A core/v1 event
  '{"apiVersion":"v1","kind":"Event","metadata":{"name":".18","namespace":"default","uid":"","resourceVersion":"","creationTimestamp":"2026-11-20T10:00:00Z"},',
  '"involvedObject":{"kind":"Pod","namespace":"kube-system","name":"","uid":"-4","apiVersion":"v1","resourceVersion":"","fieldPath":"spec.containers{"},',
  '"reason":"FailedMount","message":"","source":{"component":"kubelet","host":"ip-10-0-.eu-west-1.compute.internal"},',
  '"firstTimestamp":null,"lastTimestamp":null,"firstTimestamp":"2026-","lastTimestamp":"2026-","count":1,"type":"Normal","eventTime":null,"series":{"count":2,"lastObservedTime":"2026-"},',
  '"related":{"kind":"Pod","reportingComponent":"kubelet","reportingInstance":"ip-10-0-.eu-west-1.compute.internal"}',
  // An events.k8s.io/v1 event, as a watch sends it
  '{"kind":"Event","apiVersion":"events.k8s.io/v1","metadata":{"name":".18","namespace":"","uid":"","resourceVersion":"","creationTimestamp":"2026-1-20T1:00:00Z"},',
  '"eventTime":null,"series":{"count":,"lastObservedTime":"2026-1T0.000000Z"},"reportingController":"kubelet","reportingInstance":"ip-10-0-.us-east-1.compute.internal","action":"',
  '"reason":"BackOff","reason":"Failed","reason":"Unhealthy","reason":"Pulled","reason":"Created","reason":"Started","reason":"SuccessfulCreate","reason":"ScalingReplicaSet",',
  '"regarding":{"kind":"Pod","namespace":"","name":"-","uid":"","apiVersion":"v1","resourceVersion":"","fieldPath":"spec.containers{"},"note":"","type":"Normal","type":"Warning",',
  '"deprecatedSource":{"component":"kubelet","host":"ip-10-0-.ec2.internal"},"deprecatedFirstTimestamp":"2026-1-20T1:00:00Z","deprecatedLastTimestamp":"2026-1-20T1:00:00Z","deprecatedCount":1}',
].join('');
