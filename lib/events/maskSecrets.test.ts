import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskSecrets } from './maskSecrets.ts';

const jwt = 'eyJhbGciOiJSUzI1NiIsImtpZCI6IjEifQ.eyJzdWIiOiJzeXN0ZW06c2VydmljZWFjY291bnQifQ.c2lnbmF0dXJlLWhlcmU';
const pem = '-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEAx\nabc+/=\n-----END RSA PRIVATE KEY-----';
// Assembled so that scanners of this repository do not take the test for a leak.
const github = `ghp_${'0123456789abcdefghijABCDEFGHIJ012345'}`;
const slack = `xoxb-${'123456789012-abcdefABCDEF'}`;
const keyId = `AKIA${'IOSFODNN7EXAMPLE'}`;
const secretKey = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';

const secrets: [string, string, string][] = [
  ['a password after =', 'login with password=hunter2 failed', 'login with password=*** failed'],
  ['a password after :', 'password: hunter2', 'password: ***'],
  ['a word as password on a line of its own', 'user: admin\npassword: swordfish\n', 'user: admin\npassword: ***\n'],
  ['an environment variable', 'env DB_PASSWORD=hunter2 is bad', 'env DB_PASSWORD=*** is bad'],
  ['a password in quotes', `password='hunter 2' x`, `password='***' x`],
  ['a password in JSON', '{"password":"hun\\"ter2","user":"x"}', '{"password":"***","user":"x"}'],
  ['a password in JSON with blanks', '{ "password" : "hunter2" }', '{ "password" : "***" }'],
  ['a number as password in JSON', '{"password":12345}', '{"password":***}'],
  ['a password in JSON in JSON', '{"m":"{\\"password\\":\\"hunter2\\"}"}', '{"m":"{\\"password\\":\\"***\\"}"}'],
  ['a password flag', 'exec: mysql --user root --password hunter2 db', 'exec: mysql --user root --password *** db'],
  ['a password flag with =', 'mysql --db-password=hunter2', 'mysql --db-password=***'],
  ['a token after =', 'GET /x?token=abc123&y=1', 'GET /x?token=***&y=1'],
  ['a token after :', 'token: abc123def456', 'token: ***'],
  ['a client secret', 'client_secret=abc', 'client_secret=***'],
  ['an API key', 'x-api-key: 0a1b2c', 'x-api-key: ***'],
  ['an API key in camel case', '{"apiKey": "0a1b2c"}', '{"apiKey": "***"}'],
  [
    'a bearer token',
    `Get "https://x": Authorization: Bearer abcdef123456`,
    `Get "https://x": Authorization: Bearer ***`,
  ],
  ['a bearer token alone', 'sent bearer abcdef123456 twice', 'sent bearer *** twice'],
  ['basic credentials', 'authorization: Basic dXNlcjpwYXNz', 'authorization: Basic ***'],
  ['an authorization header in JSON', '{"Authorization":"token abcdef"}', '{"Authorization":"token ***"}'],
  [
    'a signed request',
    'Authorization: AWS4-HMAC-SHA256 Credential=x/2026/s3, Signature=0a1b\nHost: x',
    'Authorization: AWS4-HMAC-SHA256 ***\nHost: x',
  ],
  ['credentials in a URL', 'clone https://user:pass@git.example/x failed', 'clone https://***@git.example/x failed'],
  ['credentials with @ in a URL', 'dial postgres://app:p@ss:w@db:5432/x', 'dial postgres://***@db:5432/x'],
  ['a token as user in a URL', 'https://0123456789abcdef0123@git.example/x', 'https://***@git.example/x'],
  ['a password without user in a URL', 'redis://:hunter2@cache:6379', 'redis://***@cache:6379'],
  ['an AWS key id', `key ${keyId} is not valid`, 'key *** is not valid'],
  ['an AWS key pair', `${keyId} ${secretKey}`, '***'],
  ['an AWS secret key', `aws_secret_access_key = ${secretKey}`, 'aws_secret_access_key = ***'],
  ['an AWS secret key in JSON', `{"SecretAccessKey": "${secretKey}"}`, '{"SecretAccessKey": "***"}'],
  [
    'a signed URL',
    'GET https://b.s3.amazonaws.com/l?X-Amz-Security-Token=FwoGZX%2F&X-Amz-Date=2026&X-Amz-Signature=0a1b',
    'GET https://b.s3.amazonaws.com/l?X-Amz-Security-Token=***&X-Amz-Date=2026&X-Amz-Signature=***',
  ],
  [
    'a shared access signature',
    'https://x.blob.example/c?sv=1&sig=a%2Bb%3D&se=2',
    'https://x.blob.example/c?sv=1&sig=***&se=2',
  ],
  ['a JSON web token', `invalid bearer: ${jwt}.`, 'invalid bearer: ***.'],
  ['a private key', `tls: ${pem} is broken`, 'tls: *** is broken'],
  ['a private key without end', 'tls: -----BEGIN PRIVATE KEY-----\nMIIEow', 'tls: ***'],
  ['a private key in JSON', `{"key":${JSON.stringify(pem)}}`, '{"key":"***"}'],
  ['a GitHub token', `remote: ${github} denied`, 'remote: *** denied'],
  ['a Slack token', `slack says ${slack} is revoked`, 'slack says *** is revoked'],
  [
    'a Slack webhook',
    'POST https://hooks.slack.com/services/T0/B0/xyz: 404',
    'POST https://hooks.slack.com/services/***: 404',
  ],
  ['a registry login', '{"auths":{"r.example":{"auth":"dXNlcjpwYXNz"}}}', '{"auths":{"r.example":{"auth":"***"}}}'],
];

/** What Kubernetes and its registries really say, with every word that could tempt a masker. */
const innocent = [
  'Error: secret "db-password" not found',
  "Error: couldn't find key password in Secret shop/db",
  'MountVolume.SetUp failed for volume "db-password" : secret "db-password" not found',
  'MountVolume.SetUp failed for volume "kube-api-access-x2x4z" : failed to fetch token: serviceaccounts "web" not found',
  'MountVolume.SetUp failed for volume "token" : failed to sync secret cache: timed out waiting for the condition',
  'references non-existent secret key: password',
  'Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed.',
  'Failed to pull image "r.example/a/b@sha256:3b8d1a8f1bd2c1e7f1a5d9c2b4e6f8a0c1d3e5f7a9b1c3d5e7f9a1b3c5d7e9f1": not found',
  'Container image "docker-pullable://nginx:1.25@sha256:3b8d1a8f1bd2c1e7f1a5" already present on machine',
  'failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://auth.docker.io/token?scope=repository%3Ax: 401 Unauthorized',
  'Www-Authenticate: Bearer realm="https://auth.docker.io/token",service="registry.docker.io"',
  'invalid password: authentication failed for user',
  'bearer authentication is required; token expired',
  'unexpected error when reading response body: token: 401 Unauthorized',
  'Readiness probe failed: Get "http://10.0.3.7:8080/auth/token": context deadline exceeded',
  '0/7 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 6 Insufficient cpu.',
  'Successfully assigned shop/keycloak-token-exchange-6c969479ff-lhwhq to ip-10-0-3-7.eu-west-1.compute.internal',
  'Created container: tokenizer',
  'automountServiceAccountToken=false is ignored',
  'set password: $(DB_PASSWORD), token={{ .Values.token }}',
  'Error creating: pods "web-" is forbidden: error looking up service account shop/web: serviceaccount "web" not found',
  'AttachVolume.Attach failed for volume "pvc-7d8f9c6b" : rpc error: code = Internal desc = Could not attach volume "vol-0a1b2c3d4e5f60718" to node "i-0a1b2c3d4e5f60718"',
];

describe('maskSecrets', () => {
  it.each(secrets)('masks %s', (_, text, expected) => {
    const result = maskSecrets(text);
    expect(result.text).toBe(expected);
    expect(result.masked).toBeGreaterThan(0);
  });

  it.each(innocent)('leaves alone: %s', (text) => {
    expect(maskSecrets(text)).toEqual({ text, masked: 0 });
  });

  it('counts what it masked', () => {
    expect(maskSecrets(`password=a1 token=b2 ${keyId}`).masked).toBe(3);
  });

  it('masks e-mail addresses only on request', () => {
    expect(maskSecrets('owner ann@example.com').masked).toBe(0);
    expect(maskSecrets('owner ann@example.com', { emails: true }).text).toBe('owner ***');
  });

  it('changes nothing the second time, and never in the middle of ordinary text', () => {
    const piece = fc.oneof(
      fc.constantFrom(...secrets.map(([, text]) => text), ...innocent),
      fc.constantFrom(
        'password',
        'token',
        '"',
        "'",
        '\\',
        '=',
        ':',
        ' ',
        '\n',
        '://',
        '@',
        '***',
        '--',
        'bearer ',
        '…',
        'eyJ',
        ')',
      ),
      fc.string({ maxLength: 12 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const once = maskSecrets(pieces.join('')).text;
        expect(maskSecrets(once)).toEqual({ text: once, masked: 0 });
      }),
      { numRuns: 3000, examples: [[['token: abc123def456', 'client_secret=abc', 'redis://:hunter2@cache:6379']]] },
    );
  });

  it.each([
    ...[
      'password',
      'token: "',
      'secret\\',
      'password="',
      '://a:',
      'https://aaaaaaaaaaaaaaaa',
      'eyJ',
      'eyJaaaaaaaaa.',
      'bearer ',
    ],
    ...[
      '-----BEGIN A-----',
      '-----END ',
      'AKIA',
      'ghp_',
      '"',
      '\\"',
      '@',
      'a.',
      'authorization: basic ',
      '--password ',
      ' ',
      'x',
    ],
  ])('takes time in proportion to the length of %j repeated', (piece) => {
    const text = piece.repeat(Math.ceil(256_000 / piece.length));
    const started = performance.now();
    maskSecrets(text, { emails: true });
    // A quadratic pattern would take minutes for a quarter of a megabyte.
    expect(performance.now() - started).toBeLessThan(2000);
  });
});
