import { ruleTable } from './ruleTable.ts';

/**
 * kubernetes/ingress-nginx. Its component name is also that of NGINX's own controller, whose words are below; both can
 * run in one cluster, and neither uses the other's.
 */
export const ingressNginxRules = ruleTable('ingress-nginx', { component: 'nginx-ingress-controller' }, [
  // The type is all that tells a reload from a reload that failed, and so from a proxy that serves old routes.
  ['RELOAD', 'high', 'ingress', { type: 'Warning', as: 'ReloadFailed' }],
  ['RELOAD', 'info', 'ingress', { id: 'ok', resolves: ['ReloadFailed'] }],
  ['AnnotationParsingFailed', 'medium', 'ingress'],
  // "Scheduled for sync": queued, no word of success.
  [['Sync', 'CREATE', 'UPDATE', 'DELETE'], 'info', 'ingress'],
]);

const applyErrors = ['AddedOrUpdatedWithError', 'UpdatedWithError', 'Rejected', 'RejectedWithError'];

/** nginx/kubernetes-ingress, also on its own kinds VirtualServer, VirtualServerRoute, TransportServer and Policy. */
export const nginxRules = ruleTable('nginx', { component: 'nginx-ingress-controller' }, [
  [applyErrors, 'high', 'ingress'],
  ['NoVirtualServerFound', 'medium', 'ingress'],
  [['AddedOrUpdatedWithWarning', 'UpdatedWithWarning'], 'low', 'ingress'],
  [['AddedOrUpdated', 'Updated'], 'info', 'ingress', { resolves: [...applyErrors, 'NoVirtualServerFound'] }],
]);
