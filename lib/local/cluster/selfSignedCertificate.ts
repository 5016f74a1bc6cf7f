import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { bits, boolean, identifier, implicit, integer, octets, sequence, set, tagged, text, time } from './der.ts';

/** When a certificate is valid, and for whom. */
export interface CertificateOptions {
  /** @default a day ago */
  readonly notBefore?: Date;
  /** In the past for a certificate that expired. @default in a year */
  readonly notAfter?: Date;
  /** IPv4 addresses and DNS names. @default 127.0.0.1 and localhost */
  readonly hosts?: readonly string[];
  /** Common name: of a client, the user an API server takes it for. @default 'demo cluster' */
  readonly subject?: string;
}

const dayMs = 24 * 60 * 60 * 1000;
const ecdsaWithSha256 = sequence(identifier('1.2.840.10045.4.3.2'));
const commonName = '2.5.4.3';

/**
 * Makes a key and a certificate signed by itself, so that a demo cluster can serve HTTPS without any file in the repository
 * and tests can have certificates that expired or name another host.
 */
export function selfSignedCertificate(options: CertificateOptions = {}): {
  readonly key: string;
  readonly cert: string;
} {
  const { notBefore = new Date(Date.now() - dayMs), notAfter = new Date(Date.now() + 365 * dayMs) } = options;
  const hosts = options.hosts ?? ['127.0.0.1', 'localhost'];
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const name = sequence(set(sequence(identifier(commonName), text(options.subject ?? 'demo cluster'))));
  const toBeSigned = sequence(
    tagged(0, integer(Buffer.from([2]))),
    // A serial number is positive: the first bit stays clear.
    integer(Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ecdsaWithSha256,
    name,
    sequence(time(notBefore), time(notAfter)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(3, sequence(basicConstraints, subjectAlternativeNames(hosts))),
  );
  const certificate = sequence(toBeSigned, ecdsaWithSha256, bits(sign('sha256', toBeSigned, privateKey)));
  return { key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), cert: pemOf(certificate) };
}

/** `CA: true`: the certificate is its own authority, and clients put it into their trust store. */
const basicConstraints = sequence(identifier('2.5.29.19'), boolean(true), octets(sequence(boolean(true))));

function subjectAlternativeNames(hosts: readonly string[]): Buffer {
  const names = hosts.map((host) =>
    /^\d+(\.\d+){3}$/.test(host)
      ? implicit(7, Buffer.from(host.split('.').map(Number)))
      : implicit(2, Buffer.from(host)),
  );
  return sequence(identifier('2.5.29.17'), octets(sequence(...names)));
}

function pemOf(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}
