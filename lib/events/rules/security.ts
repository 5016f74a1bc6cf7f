import { ruleTable } from './ruleTable.ts';

/** Kyverno, about the policy; what it refused is the related object, and its owner was told by the refused request. */
export const kyvernoRules = ruleTable(
  'kyverno',
  { kind: ['ClusterPolicy', 'Policy', '*ValidatingPolicy', '*MutatingPolicy'] },
  [
    ['PolicyViolation', 'medium', 'security', { id: 'blocked', message: '.blocked.$' }],
    // Audit mode reports every pod of every scan: PolicyReports are the place to read that.
    ['PolicyViolation', 'low', 'security'],
    ['PolicyError', 'medium', 'security'],
    [['PolicyApplied', 'PolicySkipped'], 'info', 'security'],
  ],
);

/** OPA Gatekeeper, when told to write events. */
export const gatekeeperRules = ruleTable('gatekeeper', { component: 'gatekeeper-*' }, [
  ['FailedAdmission', 'medium', 'security'],
  [['AuditViolation', 'WarningAdmission', 'DryrunViolation'], 'low', 'security'],
]);

const storeTroubles = ['InvalidProviderConfig', 'ValidationUnknown'];

/** External Secrets Operator. A secret that the provider does not have is type Normal. */
export const externalSecretsRules = ruleTable(
  'external-secrets',
  { kind: ['ExternalSecret', 'ClusterExternalSecret'] },
  [
    [['UpdateFailed', 'MissingProviderSecret'], 'high', 'security'],
    [['Created', 'Updated'], 'info', 'security', { resolves: ['UpdateFailed', 'MissingProviderSecret'] }],
    ['Deleted', 'low', 'security'],
  ],
);

/** Where External Secrets reads from and writes to. */
export const secretStoreRules = ruleTable(
  'secret-store',
  { kind: ['SecretStore', 'ClusterSecretStore', 'PushSecret'] },
  [
    ['InvalidProviderConfig', 'high', 'security'],
    ['ValidationUnknown', 'medium', 'security'],
    [['StoreUnmaintained', 'StoreDeprecated', 'SourceDeleted'], 'low', 'security'],
    ['Valid', 'info', 'security', { resolves: storeTroubles }],
    ['Errored', 'high', 'security'],
    ['Synced', 'info', 'security', { resolves: ['Errored'] }],
  ],
);

/** Secrets Store CSI driver; a failed mount itself is the kubelet's `FailedMount`. */
export const secretsStoreCsiRules = ruleTable('secrets-store-csi', { kind: 'Pod' }, [
  ['FailedToCreateSecret', 'high', 'security'],
]);
