export type { Cluster, ObjectName, Written } from './cluster.ts';
export type { ClusterOptions, StaleForm } from './clusterOptions.ts';
export { badLines, type CutForm, type Fault, type FaultRule } from './faults.ts';
export { startCluster } from './startCluster.ts';
