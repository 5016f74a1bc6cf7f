import { createHash } from 'node:crypto';
import { clampSeconds, type Moment, secondsOf } from './moment.ts';

/**
 * What an incident remembers of the occurrences it has applied: a token each for the latest ones, and for all older
 * ones the latest moment among them. An occurrence at or before that moment by *both* clocks counts as applied.
 * That makes redelivery exact with bounded memory: everything forgotten is behind the floor.
 */
export interface AppliedKeys {
  /** Base64url tokens, oldest first. */
  readonly applied: readonly string[];
  /** Latest occurrence second among the forgotten. */
  readonly floorAt?: number;
  /** Latest arrival second among the forgotten. */
  readonly floorArrivedAt?: number;
}

/** Tokens kept per incident at most: 14 bytes each in the table. */
export const maxApplied = 32;

/** A token older than this against the newest is not worth its bytes; the floor covers it. */
const keptSeconds = 15 * 60;

const hashBytes = 6;
const tokenBytes = hashBytes + 4 + 4;

/** Short name of an occurrence: 48 bits of its key's hash, then both clocks in seconds. */
export function appliedToken(key: string, moment: Moment): string {
  const token = Buffer.alloc(tokenBytes);
  createHash('sha256').update(key).digest().copy(token, 0, 0, hashBytes);
  token.writeUInt32BE(secondsOf(moment.at), hashBytes);
  token.writeUInt32BE(clampSeconds(moment.arrivedAt), hashBytes + 4);
  return token.toString('base64url');
}

/** Whether an occurrence was applied: for certain, or so long ago that it is not remembered. */
export function lookUp(memory: AppliedKeys, token: string): 'new' | 'applied' | 'forgotten' {
  if (memory.applied.includes(token)) return 'applied';
  const { floorAt, floorArrivedAt } = memory;
  if (floorAt === undefined || floorArrivedAt === undefined) return 'new';
  const { at, arrivedAt } = clocksOf(token);
  return at <= floorAt && arrivedAt <= floorArrivedAt ? 'forgotten' : 'new';
}

/** Remembers one more; the oldest, when they are too many or too old, become part of the floor. */
export function remember(memory: AppliedKeys, token: string): AppliedKeys {
  const applied = [...memory.applied, token];
  const oldest = arrivalOf(token) - keptSeconds;
  const kept = applied.findIndex((one, index) => applied.length - index <= maxApplied && arrivalOf(one) >= oldest);
  const forgotten = applied.slice(0, kept).map(clocksOf);
  if (forgotten.length === 0) return { ...floorOf(memory), applied };
  return {
    applied: applied.slice(kept),
    floorAt: Math.max(memory.floorAt ?? 0, ...forgotten.map(({ at }) => at)),
    floorArrivedAt: Math.max(memory.floorArrivedAt ?? 0, ...forgotten.map(({ arrivedAt }) => arrivedAt)),
  };
}

/** Second of arrival inside a token. */
export function arrivalOf(token: string): number {
  return clocksOf(token).arrivedAt;
}

/** Tokens as one binary attribute. */
export function packTokens(tokens: readonly string[]): Uint8Array {
  return Buffer.concat(tokens.map((token) => Buffer.from(token, 'base64url')));
}

/** Reverses {@link packTokens}. */
export function unpackTokens(packed: Uint8Array): string[] {
  const bytes = Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength);
  const tokens: string[] = [];
  for (let start = 0; start + tokenBytes <= bytes.length; start += tokenBytes) {
    tokens.push(bytes.subarray(start, start + tokenBytes).toString('base64url'));
  }
  return tokens;
}

function clocksOf(token: string): { at: number; arrivedAt: number } {
  const bytes = Buffer.from(token, 'base64url');
  return { at: bytes.readUInt32BE(hashBytes), arrivedAt: bytes.readUInt32BE(hashBytes + 4) };
}

function floorOf(memory: AppliedKeys): Omit<AppliedKeys, 'applied'> {
  const { floorAt, floorArrivedAt } = memory;
  return floorAt === undefined || floorArrivedAt === undefined ? {} : { floorAt, floorArrivedAt };
}
