import { KefError } from '../errors.ts';
import type { EventRecord } from './eventRecord.ts';

/** The parts of a fingerprint: what is deduplicated and has one incident. */
export interface FingerprintParts {
  readonly cluster: string;
  /** Namespace of the Event; for cluster-scoped objects such as Nodes that is `default`. */
  readonly namespace: string;
  readonly kind: string;
  readonly name: string;
  readonly effectiveReason: string;
}

/**
 * `cluster/namespace/kind/name/effectiveReason`: occurrences with the same fingerprint are one incident. The namespace is
 * the event's own, as in the specification. `/`, `%`, `#` and control characters inside a part are percent-encoded, so
 * the text can be taken apart again and used inside composite keys.
 */
export function fingerprintOf(cluster: string, record: EventRecord, effectiveReason: string): string {
  const { kind, name } = record.regarding;
  const parts = `${encodePart(cluster)}/${encodePart(record.namespace)}/${encodePart(kind)}/${encodePart(name)}`;
  return `${parts}/${encodePart(effectiveReason)}`;
}

/**
 * The parts of a fingerprint made by {@link fingerprintOf}.
 *
 * @throws KefError `QueryInvalid` when the text is no fingerprint: they arrive in URLs and on the command line.
 */
export function parseFingerprint(text: string): FingerprintParts {
  const parts = text.split('/').map(decodePart);
  const [cluster, namespace, kind, name, effectiveReason] = parts;
  if (
    parts.length !== 5 ||
    cluster === undefined ||
    namespace === undefined ||
    kind === undefined ||
    name === undefined ||
    effectiveReason === undefined
  ) {
    throw new KefError(
      'QueryInvalid',
      `a fingerprint is cluster/namespace/kind/name/reason with %-encoded parts; got ${JSON.stringify(text.slice(0, 200))}`,
    );
  }
  return { cluster, namespace, kind, name, effectiveReason };
}

// Half a surrogate pair is not text that UTF-8 can carry: it is written as %uXXXX.
const unsafe = /[/%#\u0000-\u001f\u007f]|\p{Surrogate}/gu;
const needsEncoding = /[/%#\u0000-\u001f\u007f\ud800-\udfff]/;

/** Percent-encodes what would break a composite key: `/`, `%`, `#` and control characters. */
export function encodePart(part: string): string {
  if (!needsEncoding.test(part)) return part;
  return part.replace(unsafe, (character) => {
    const code = character.charCodeAt(0);
    const hex = code.toString(16).toUpperCase();
    return code < 0x100 ? `%${hex.padStart(2, '0')}` : `%u${hex}`;
  });
}

/** Reverses {@link encodePart}; undefined when a percent sign is not followed by a code. */
export function decodePart(part: string): string | undefined {
  if (!part.includes('%')) return part;
  if (/%(?!u[0-9A-F]{4}|[0-9A-F]{2})/.test(part)) return undefined;
  return part.replace(/%(?:u([0-9A-F]{4})|([0-9A-F]{2}))/g, (_, long: string | undefined, short: string | undefined) =>
    String.fromCharCode(Number.parseInt(long ?? short ?? '', 16)),
  );
}
