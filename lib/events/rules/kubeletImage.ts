import { ruleTable } from './ruleTable.ts';

/**
 * Images, as the kubelet reports them on Pods (pkg/kubelet/images/image_manager.go, kuberuntime_container.go). The words
 * people know are container states; on the wire they are parts of a message. `Failed` with `Error: <state>` follows each
 * image error; the back-off itself is a *Normal* event.
 */
export const kubeletImageRules = ruleTable('kubelet', { kind: 'Pod' }, [
  ['BackOff', 'high', 'image', { id: 'image', message: '^Back-off pulling image', as: 'ImagePullBackOff' }],
  ['Failed', 'high', 'image', { id: 'pull-back-off', message: '^Error: ImagePullBackOff', as: 'ImagePullBackOff' }],
  ['Failed', 'high', 'image', { id: 'pull', message: '^Failed to pull image', as: 'ErrImagePull' }],
  ['Failed', 'high', 'image', { id: 'pull-error', message: '^Error: ErrImagePull', as: 'ErrImagePull' }],
  ['Failed', 'high', 'image', { id: 'never-pull', message: '^Error: ErrImageNeverPull', as: 'ErrImageNeverPull' }],
  ['Failed', 'high', 'image', { id: 'name', message: '^Error: InvalidImageName', as: 'InvalidImageName' }],
  ['Failed', 'high', 'image', { id: 'inspect', message: '^Error: ImageInspectError', as: 'ImageInspectError' }],
  ['Failed', 'high', 'image', { id: 'registry', message: '^Error: RegistryUnavailable', as: 'RegistryUnavailable' }],
  [
    'Failed',
    'high',
    'image',
    { id: 'signature', message: '^Error: SignatureValidationFailed', as: 'SignatureValidationFailed' },
  ],
  ['InspectFailed', 'high', 'image', { id: 'name', message: '^Failed to apply default image', as: 'InvalidImageName' }],
  ['InspectFailed', 'high', 'image', { as: 'ImageInspectError' }],
  ['ErrImageNeverPull', 'high', 'image'],
  ['FailedToRetrieveImagePullSecret', 'medium', 'image'],
  ['Pulling', 'info', 'image'],
  // "already present on machine" is no proof: it may be about another container of the pod, and needs no registry.
  [
    'Pulled',
    'info',
    'image',
    { id: 'recovered', message: '^Successfully pulled image', resolves: ['ImagePullBackOff', 'ErrImagePull'] },
  ],
  ['Pulled', 'info', 'image'],
]);

/** Images, as the kubelet reports them on its Node. */
export const kubeletNodeImageRules = ruleTable('kubelet', { kind: 'Node' }, [
  ['ImageGCFailed', 'high', 'node'],
  ['InvalidImageID', 'low', 'image'],
  // 1.29 to 1.34 wrote the format string of the message as the reason.
  ['ImageID is not valid, skipping, ImageID: %v', 'low', 'image', { as: 'InvalidImageID' }],
]);
