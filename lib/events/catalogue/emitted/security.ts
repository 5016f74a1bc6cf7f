import { emitted } from './emitted.ts';

/** Kyverno, Gatekeeper, External Secrets and the Secrets Store CSI driver. */
export const securityEmitted = emitted(`
@ kyverno-* / ClusterPolicy/Policy
PolicyViolation | Warning | low | A resource violates a policy | Deployment shop/web: [require-limits] fail; validation error: limits are required
PolicyViolation | Warning | medium | A request was refused by a policy | Pod shop/web: [require-limits] fail (blocked)
PolicyApplied | Normal | info | Policy applied
PolicyError | Warning | medium | Policy could not be evaluated
PolicySkipped | Normal | info | Policy skipped (exception)

@ gatekeeper-webhook / Pod
FailedAdmission | Warning | medium | Admission denied by a constraint
WarningAdmission | Warning | low | Constraint violated (warn)
DryrunViolation | Warning | low | Constraint violated (dry run)

@ gatekeeper-audit / Pod
AuditViolation | Warning | low | Existing object violates a constraint

@ external-secrets-controller / ExternalSecret
Created | Normal | info | Secret created
Updated | Normal | info | Secret updated
Deleted | Normal | low | Secret deleted
UpdateFailed | Warning | high | Secret could not be synced
MissingProviderSecret | Normal | high | Provider has no such secret (TYPE IS NORMAL)

@ *secret-store / SecretStore/ClusterSecretStore
Valid | Normal | info | Store is valid
InvalidProviderConfig | Warning | high | Store cannot authenticate or is misconfigured
ValidationUnknown | Warning | medium | Store state unknown
StoreUnmaintained | Warning | low | Provider unmaintained
StoreDeprecated | Warning | low | Provider deprecated

@ pushsecret / PushSecret
Synced | Normal | info | Secret pushed
Errored | Warning | high | Secret could not be pushed
SourceDeleted | Normal | low | Source secret gone

@ csi-secrets-store-controller / Pod
FailedToCreateSecret | Warning | high | Synced Kubernetes Secret could not be created
`);
