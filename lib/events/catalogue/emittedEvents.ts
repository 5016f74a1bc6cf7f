import { addOnsEmitted } from './emitted/addOns.ts';
import { argoEmitted } from './emitted/argo.ts';
import { autoscalingEmitted } from './emitted/autoscaling.ts';
import { awsEmitted } from './emitted/aws.ts';
import { certManagerEmitted } from './emitted/certManager.ts';
import { cloudEmitted } from './emitted/cloud.ts';
import { controlPlaneEmitted } from './emitted/controlPlane.ts';
import { csiEmitted } from './emitted/csi.ts';
import { documentedEmitted } from './emitted/documented.ts';
import type { EmittedEvent } from './emitted/emitted.ts';
import { fluxEmitted } from './emitted/flux.ts';
import { ingressEmitted } from './emitted/ingress.ts';
import { karpenterEmitted } from './emitted/karpenter.ts';
import { kubeletEmitted } from './emitted/kubelet.ts';
import { nodeProblemDetectorEmitted } from './emitted/nodeProblemDetector.ts';
import { operatorsEmitted } from './emitted/operators.ts';
import { securityEmitted } from './emitted/security.ts';

export type { EmittedEvent } from './emitted/emitted.ts';

/** Every event that is known to be written, or documented, with the severity we gave it. Read from source code, 2026. */
export const emittedEvents: readonly EmittedEvent[] = [
  ...kubeletEmitted,
  ...controlPlaneEmitted,
  ...cloudEmitted,
  ...nodeProblemDetectorEmitted,
  ...awsEmitted,
  ...karpenterEmitted,
  ...autoscalingEmitted,
  ...csiEmitted,
  ...ingressEmitted,
  ...certManagerEmitted,
  ...argoEmitted,
  ...fluxEmitted,
  ...securityEmitted,
  ...operatorsEmitted,
  ...addOnsEmitted,
  ...documentedEmitted,
];
