import { limitEventSize } from './eventSize.ts';
import { type MaskOptions, maskSecrets } from './maskSecrets.ts';
import type { RawEvent } from './readEvent.ts';

/** What {@link redactEvent} changed. */
export interface RedactionResult {
  /** Secrets masked. */
  readonly redactions: number;
  /** True when text was cut to fit the size limits. */
  readonly truncated: boolean;
}

/**
 * Makes an event fit to leave the cluster, in place: strips `metadata.managedFields`, masks secrets in the message and in
 * annotation values, and cuts what is over-long. Doing it twice changes nothing more.
 *
 * @param raw The event as parsed, of either API; modified.
 */
export function redactEvent(raw: RawEvent, options: MaskOptions = {}): RedactionResult {
  const { metadata } = raw;
  // The last field of metadata, where the API server writes it: V8 undoes its addition, which keeps the object fast.
  if (isObject(metadata) && metadata.managedFields !== undefined) delete metadata.managedFields;
  const redactions = maskTexts(raw, options);
  const truncated = limitEventSize(raw);
  // A cut can leave something that looks like a secret only now.
  if (truncated) maskTexts(raw, options);
  return { redactions, truncated };
}

function maskTexts(raw: RawEvent, options: MaskOptions): number {
  let masked = maskField(raw, 'message', options) + maskField(raw, 'note', options);
  const annotations = isObject(raw.metadata) ? raw.metadata.annotations : undefined;
  if (isObject(annotations)) {
    for (const key of Object.keys(annotations)) masked += maskField(annotations, key, options);
  }
  return masked;
}

/** True for an event about a Secret: those never leave the cluster, not even redacted. */
export function isSecretEvent(raw: RawEvent): boolean {
  return [raw.regarding, raw.involvedObject].some((subject) => isObject(subject) && subject.kind === 'Secret');
}

function maskField(object: RawEvent, key: string, options: MaskOptions): number {
  const value = object[key];
  if (typeof value !== 'string') return 0;
  const { text, masked } = maskSecrets(value, options);
  if (masked > 0) object[key] = text;
  return masked;
}

function isObject(value: unknown): value is RawEvent {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
