/** A reproducible source of numbers in [0, 1). */
export type Random = () => number;

/** mulberry32: 32 bits of state, good enough for names, and the same on every machine. */
export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The letters that Kubernetes makes names of: no vowels, no look-alikes (apimachinery util/rand). */
const nameLetters = 'bcdfghjklmnpqrstvwxz2456789';

/** A random part of an object name. */
export function nameOf(random: Random, length: number): string {
  let name = '';
  for (let at = 0; at < length; at += 1) name += nameLetters.charAt(Math.floor(random() * nameLetters.length));
  return name;
}

/** So many random hexadecimal digits. */
export function hexOf(random: Random, digits: number): string {
  let hex = '';
  for (let at = 0; at < digits; at += 1) hex += Math.floor(random() * 16).toString(16);
  return hex;
}

/** A random version 4 UUID. */
export function uuidOf(random: Random): string {
  const variant = '89ab'.charAt(Math.floor(random() * 4));
  const hex = (digits: number) => hexOf(random, digits);
  return `${hex(8)}-${hex(4)}-4${hex(3)}-${variant}${hex(3)}-${hex(12)}`;
}

/** A seed from a text: FNV-1a. */
export function seedFrom(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
