import { emitted } from './emitted.ts';

/** ingress-nginx, and NGINX's own controller under the same component name. */
export const ingressEmitted = emitted(`
@ nginx-ingress-controller / Ingress
Sync | Normal | info | Ingress was queued for a sync
AnnotationParsingFailed | Warning | medium | Ingress annotation denied or invalid
DELETE | Normal | info | Ingress deleted
AddedOrUpdated | Normal | info | Configuration applied
AddedOrUpdatedWithWarning | Warning | low | Configuration applied with warnings
AddedOrUpdatedWithError | Warning | high | Configuration could not be applied
Rejected | Warning | high | Resource rejected as invalid or conflicting
RejectedWithError | Warning | high | Resource rejected with error
Updated | Normal | info | ConfigMap/GlobalConfiguration applied
UpdatedWithWarning | Warning | low | Applied with warnings
UpdatedWithError | Warning | high | Update failed
NoVirtualServerFound | Warning | medium | VirtualServerRoute without VirtualServer

@ nginx-ingress-controller / Pod
RELOAD | Normal | info | NGINX reload was triggered
RELOAD | Warning | high | NGINX reload failed | Error reloading NGINX: exit status 1

@ nginx-ingress-controller / ConfigMap
CREATE | Normal | info | Controller ConfigMap was read
UPDATE | Normal | info | Controller ConfigMap changed
`);
