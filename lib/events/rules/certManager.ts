import { ruleTable } from './ruleTable.ts';

/** Everything that keeps a CertificateRequest from being answered; an issued certificate ends it. */
const requestTroubles = {
  high: [
    'IssuerNotFound',
    'IssuerTypeMissing',
    'OrderCreatingError',
    'OrderFailed',
    'OrderBuildingError',
    'InvalidOrder',
    'RequestParsingError',
    'SecretMissing',
    'SecretInvalidData',
    'SigningError',
    'VaultInitError',
    'VenafiInitError',
    'RequestError',
    'RetrieveError',
    'ParseError',
    'DecodeError',
    'ErrorGenerating',
    'ErrorPublicKey',
    'ErrorKeyMatch',
    'ErrorSigning',
  ],
  medium: [
    'OrderGetError',
    'SecretGetError',
    'CustomFieldsError',
    'MissingAnnotation',
    'MissingSecret',
    'ErrorParsingKey',
    'ErrorGettingSecret',
    'BadConfig',
  ],
} as const;

const requestKinds = ['CertificateRequest', 'CertificateSigningRequest'];
const issuerKinds = ['Issuer', 'ClusterIssuer'];
const accountErrors = ['ErrInitIssuer', 'ErrRegisterACMEAccount', 'InvalidURL', 'ErrGetKeyPair', 'ErrInvalidKeyPair'];

/**
 * cert-manager. Each controller reports under its own name (`cert-manager-certificates-issuing`), old releases under
 * `cert-manager`. One failing certificate is reported by up to four objects: the Certificate and its request are the ones
 * to hear of, the challenge below them says why. Pending requests are type Normal even when they can never succeed.
 */
export const certManagerRules = ruleTable('cert-manager', { component: 'cert-manager*' }, [
  [
    'Issuing',
    'info',
    'certificate',
    {
      kind: 'Certificate',
      id: 'issued',
      message: 'successfully issued',
      as: 'Issued',
      resolves: ['CertificateNotReady', 'CertificateExpired', 'CannotRegenerateKey', 'DecodeFailed'],
    },
  ],
  [
    'Issuing',
    'info',
    'certificate',
    { kind: 'Certificate', id: 'renewal', message: '^Renewing certificate as renewal', as: 'RenewalScheduled' },
  ],
  // A renewal that comes after the end: whoever uses the certificate has been refusing connections.
  [
    'Issuing',
    'high',
    'certificate',
    { kind: 'Certificate', id: 'expired', message: 'expired', as: 'CertificateExpired' },
  ],
  ['Issuing', 'info', 'certificate', { kind: 'Certificate' }],
  [
    ['Failed', 'InvalidCertificate', 'RequestFailed'],
    'high',
    'certificate',
    { kind: 'Certificate', as: 'CertificateNotReady' },
  ],
  ['CannotRegenerateKey', 'high', 'certificate', { kind: 'Certificate' }],
  [['DecodeFailed', 'KeystorePasswordSecretNotFound', 'WindowError'], 'medium', 'certificate', { kind: 'Certificate' }],
  ['ARIError', 'low', 'certificate', { kind: 'Certificate' }],
  [['Generated', 'Reused', 'Requested', 'Deleted'], 'info', 'certificate', { kind: 'Certificate' }],
  // Approvers and issuers choose the reason when they refuse a request.
  [
    '*',
    'high',
    'certificate',
    {
      kind: 'Certificate',
      id: 'refused',
      type: 'Warning',
      message: '^The certificate request has failed to complete',
      as: 'CertificateNotReady',
    },
  ],

  [
    ['CertificateIssued'],
    'info',
    'certificate',
    { kind: requestKinds, resolves: [...requestTroubles.high, ...requestTroubles.medium, 'IssuerNotReady'] },
  ],
  // Usual for seconds while an issuer starts; sent once, and Normal, on the kind that people use.
  ['IssuerNotReady', 'medium', 'certificate', { kind: 'CertificateRequest' }],
  ['IssuerNotReady', 'high', 'certificate', { kind: 'CertificateSigningRequest', id: 'csr' }],
  [requestTroubles.high, 'high', 'certificate', { kind: requestKinds }],
  [requestTroubles.medium, 'medium', 'certificate', { kind: requestKinds }],
  [
    ['cert-manager.io', 'WaitingForApproval', 'WaitingApproval', 'OrderCreated', 'OrderPending', 'IssuancePending'],
    'info',
    'certificate',
    { kind: requestKinds },
  ],

  ['Solver', 'high', 'certificate', { kind: 'Order' }],
  ['Created', 'info', 'certificate', { kind: 'Order' }],
  ['Complete', 'info', 'certificate', { kind: 'Order', resolves: ['Solver'] }],
  // Nothing else tells of a challenge that waits for DNS or HTTP permissions.
  ['PresentError', 'high', 'certificate', { kind: 'Challenge' }],
  ['Failed', 'medium', 'certificate', { kind: 'Challenge', id: 'challenge', as: 'ChallengeFailed' }],
  ['CleanUpError', 'low', 'certificate', { kind: 'Challenge' }],
  [['Started', 'Presented'], 'info', 'certificate', { kind: 'Challenge' }],
  ['DomainVerified', 'info', 'certificate', { kind: 'Challenge', resolves: ['PresentError', 'ChallengeFailed'] }],

  [accountErrors, 'high', 'certificate', { kind: issuerKinds }],
  ['ErrUpdateACMEAccount', 'medium', 'certificate', { kind: issuerKinds }],
  [['KeyPairVerified', 'Ready'], 'info', 'certificate', { kind: issuerKinds, resolves: accountErrors }],

  ['BadConfig', 'medium', 'certificate', { id: 'shim' }],
  [['CreateCertificate', 'UpdateCertificate', 'DeleteCertificate'], 'info', 'certificate'],
]);
