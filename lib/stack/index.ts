export { type AppOptions, buildApp } from './app.ts';
export { BackendStack, type BackendStackProps } from './BackendStack.ts';
export { ClusterStack, type ClusterStackProps, clusterStackName } from './ClusterStack.ts';
export type { ConfigInput, ForwarderConfig } from './config.ts';
export { type AddClusterProps, EventForwarder, type EventForwarderProps, type OnEventProps } from './EventForwarder.ts';
export type { ClusterProps, RelayRole } from './RelayRole.ts';
export { defaultConfigPath, parseConfig, readConfig } from './readConfig.ts';
