import { ruleTable } from './ruleTable.ts';

/** Istio's node agent is its only component that writes events. Failed injection shows as `FailedCreate` of the owner. */
export const istioRules = ruleTable('istio', { component: 'cni-repair', kind: 'Pod' }, [
  [['DeleteBrokenPod', 'LabelBrokenPod'], 'high', 'mesh', { id: 'failed', message: '[Ff]ailed to|[Ee]rror ' }],
  [['DeleteBrokenPod', 'LabelBrokenPod'], 'medium', 'mesh'],
]);

const knativeTroubles = ['CreationFailed', 'LatestReadyFailed', 'LatestCreatedFailed'];

/** Knative Serving. Its component names are plain (`service-controller` is also the cloud's), so kinds decide too. */
export const knativeRules = ruleTable('knative', { component: '*-controller' }, [
  [knativeTroubles, 'high', 'serverless'],
  [
    ['RevisionReady', 'ConfigurationReady', 'LatestReadyUpdate'],
    'info',
    'serverless',
    { resolves: [...knativeTroubles, 'InternalError'] },
  ],
  ['InternalError', 'medium', 'serverless'],
  ['UpdateFailed', 'medium', 'serverless'],
  ['FinalizerUpdateFailed', 'low', 'serverless'],
  ['DeleteFailed', 'medium', 'serverless', { kind: 'Route' }],
  ['FinalizerUpdate', 'info', 'serverless'],
  [['Created', 'Deleted'], 'info', 'serverless', { kind: ['Configuration', 'Route', 'Service'] }],
]);

/** The operator's one event: a rule, monitor or receiver that will not take effect. */
export const prometheusOperatorRules = ruleTable('prometheus-operator', {}, [
  ['InvalidConfiguration', 'high', 'monitoring', { type: 'Warning' }],
]);

/**
 * Velero's data movers; the component is the object's own name. Always Normal, also when the copy failed. A Backup that
 * failed writes no event at all: watch its status or its metrics.
 */
export const veleroRules = ruleTable('velero', {}, [
  ['Data-Path-Failed', 'high', 'backup'],
  ['Data-Path-Canceled', 'medium', 'backup'],
  [['Data-Path-Canceling', 'Data-Path-Stopped'], 'low', 'backup'],
  [['Data-Path-Started', 'Data-Path-Progress', 'Data-Path-Completed'], 'info', 'backup'],
]);

/** external-dns, when told to write events: all of them Normal. */
export const externalDnsRules = ruleTable('external-dns', {}, [
  ['RecordError', 'high', 'dns'],
  ['RecordReady', 'info', 'dns', { resolves: ['RecordError'] }],
  ['RecordDeleted', 'low', 'dns'],
]);

const allocationTroubles = ['AllocationFailed', 'LoadBalancerFailed', 'InternalError'];
const familyTroubles = ['not enough clusterips', 'nolbIPsIPFamily', 'noclusterIPsIPFamily', 'AdditionalAssignFailed'];

/** MetalLB: addresses from the controller, announcements from the speakers. Reasons with spaces and in lower case. */
export const metalLbRules = ruleTable('metallb', { component: 'metallb-*', kind: 'Service' }, [
  [allocationTroubles, 'high', 'loadbalancer'],
  ['announceFailed', 'high', 'loadbalancer'],
  [familyTroubles, 'medium', 'loadbalancer'],
  ['ClearAssignment', 'medium', 'loadbalancer'],
  ['deprecatedAnnotation', 'low', 'loadbalancer'],
  ['IPAllocated', 'info', 'loadbalancer', { resolves: [...allocationTroubles, ...familyTroubles, 'ClearAssignment'] }],
  ['nodeAssigned', 'info', 'loadbalancer', { resolves: ['announceFailed'] }],
]);
