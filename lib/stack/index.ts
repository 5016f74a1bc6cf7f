export { type AppOptions, buildApp } from './app.ts';
export { BackendStack, type BackendStackProps } from './BackendStack.ts';
export { type BootstrapPolicyOptions, bootstrapPolicies, type PolicyDocument } from './bootstrapPolicy.ts';
export {
  ClusterStack,
  type ClusterStackProps,
  clusterStackName,
  EksStack,
  type EksStackProps,
} from './ClusterStack.ts';
export type { ConfigInput, ForwarderConfig } from './config.ts';
export type { EncryptionChoice } from './Encryption.ts';
export { type AddClusterProps, EventForwarder, type OnEventProps } from './EventForwarder.ts';
export type { EventForwarderProps } from './EventForwarderProps.ts';
export type { Figure } from './metrics.ts';
export { PodIdentity, type PodIdentityProps } from './PodIdentity.ts';
export { type PrivateEndpoint, RelayInstallation, type RelayInstallationProps } from './RelayInstallation.ts';
export type { ClusterProps, RelayRole } from './RelayRole.ts';
export { defaultConfigPath, parseConfig, readConfig } from './readConfig.ts';
export type { EksPlace } from './relayTrust.ts';
export type { Remedy } from './remediationConfig.ts';
export type { NotificationTargets } from './targetsConfig.ts';
