import { emitted } from './emitted.ts';

/** cert-manager: certificates, requests, orders, challenges and issuers. */
export const certManagerEmitted = emitted(`
@ cert-manager-certificates-trigger / Certificate
Issuing | Normal | info | Issuance or renewal was triggered | Issuing certificate as Secret does not exist
Issuing | Normal | info | The certificate is being renewed as planned | Renewing certificate as renewal was scheduled at 2026-11-20 13:40:00 +0000 UTC
Issuing | Normal | high | The certificate ran out before it was renewed | Issuing certificate as it expired on 2026-11-20
WindowError | Warning | medium | Renewal window could not be honoured

@ cert-manager-certificates-issuing / Certificate
Issuing | Normal | info | Certificate was issued and stored | The certificate has been successfully issued
Failed | Warning | high | Certificate request failed | The certificate request has failed to complete and will be retried: order is in "errored" state
InvalidCertificate | Warning | high | Issued certificate is unusable
PolicyDenied | Warning | high | Certificate request was denied or is invalid | The certificate request has failed to complete and will be retried: denied by policy
KeystorePasswordSecretNotFound | Warning | medium | Keystore password secret missing

@ cert-manager-certificates-key-manager / Certificate
Generated | Normal | info | Private key stored in a temporary secret
Reused | Normal | info | Existing private key reused
Deleted | Normal | info | Private key is regenerated after field change
DecodeFailed | Warning | medium | Stored private key unreadable
CannotRegenerateKey | Warning | high | Key does not match and may not be regenerated; user must act

@ cert-manager-certificates-request-manager / Certificate
Requested | Normal | info | CertificateRequest created
RequestFailed | Warning | high | CSR or CertificateRequest could not be made

@ cert-manager-certificates-readiness / Certificate
WindowError | Warning | medium | Renewal time could not be computed
ARIError | Warning | low | ACME renewal information unavailable

@ cert-manager-certificaterequests-approver / CertificateRequest
cert-manager.io | Normal | info | Certificate request approved

@ cert-manager-certificaterequests-issuer-* / CertificateRequest
WaitingForApproval | Normal | info | Waits for approval
CertificateIssued | Normal | info | Certificate fetched from the issuer
IssuerNotFound | Normal | high | Issuer does not exist
IssuerTypeMissing | Normal | high | Issuer has no type
IssuerNotReady | Normal | medium | Issuer is not ready
OrderCreated | Normal | info | ACME order created
OrderPending | Normal | info | ACME order pending
OrderCreatingError | Normal | high | ACME order could not be created
OrderGetError | Normal | medium | ACME order could not be read
OrderFailed | Warning | high | ACME order failed
OrderBuildingError | Warning | high | ACME order could not be built
InvalidOrder | Warning | high | ACME order invalid
RequestParsingError | Warning | high | CSR cannot be parsed
SecretMissing | Normal | high | Issuer secret missing
SecretInvalidData | Normal | high | Issuer secret has bad data
SecretGetError | Normal | medium | Issuer secret unreadable
SigningError | Warning | high | Signing failed
VaultInitError | Normal | high | Vault client failed
VenafiInitError | Normal | high | Venafi client failed
CustomFieldsError | Warning | medium | Custom fields invalid
RequestError | Warning | high | Request to the CA failed
IssuancePending | Normal | info | CA still works on it
RetrieveError | Warning | high | Certificate could not be fetched
ParseError | Warning | high | Certificate unparsable
DecodeError | Warning | high | Certificate unparsable
MissingAnnotation | Warning | medium | Self-signed: annotation missing
MissingSecret | Normal | medium | Self-signed: secret missing
ErrorParsingKey | Normal | medium | Self-signed: key unparsable
ErrorGettingSecret | Normal | medium | Self-signed: secret unreadable
ErrorGenerating | Warning | high | Self-signed: template failed
ErrorPublicKey | Warning | high | Self-signed: public key failed
ErrorKeyMatch | Warning | high | Self-signed: key mismatch
ErrorSigning | Warning | high | Self-signed: signing failed
BadConfig | Warning | medium | Empty subject in self-signed

@ cert-manager-certificatesigningrequests-issuer-* / CertificateSigningRequest
IssuerNotReady | Warning | high | Issuer is not ready
IssuerNotFound | Warning | high | Issuer does not exist
WaitingApproval | Normal | info | Waits for approval
CertificateIssued | Normal | info | Issued
OrderCreated | Normal | info | ACME order created
OrderFailed | Warning | high | ACME order failed
OrderPending | Normal | info | ACME order pending
SigningError | Warning | high | Signing failed

@ cert-manager-orders / Order
Created | Normal | info | Challenge created for a domain
Complete | Normal | info | ACME order completed
Solver | Warning | high | No valid solver configured for the domains

@ cert-manager-challenges / Challenge
Started | Normal | info | Challenge processing started
Presented | Normal | info | Challenge presented
PresentError | Warning | high | Challenge could not be presented
DomainVerified | Normal | info | Domain verified
Failed | Warning | medium | Challenge authorization failed | Accepting challenge authorization failed: acme: authorization error: 403
CleanUpError | Warning | low | Challenge cleanup failed

@ cert-manager-issuers / Issuer
ErrInitIssuer | Warning | high | Issuer could not be initialised
ErrRegisterACMEAccount | Warning | high | ACME account registration failed
ErrUpdateACMEAccount | Warning | medium | ACME account update failed
InvalidURL | Warning | high | ACME URL invalid
ErrGetKeyPair | Warning | high | CA secret unreadable
ErrInvalidKeyPair | Warning | high | CA key pair invalid
KeyPairVerified | Normal | info | CA verified
Ready | Normal | info | Venafi issuer verified

@ cert-manager-ingress-shim / Ingress
CreateCertificate | Normal | info | Certificate created from an Ingress/Gateway annotation
UpdateCertificate | Normal | info | Certificate updated
DeleteCertificate | Normal | info | Certificate no longer needed
BadConfig | Warning | medium | Annotation or TLS block invalid
`);
