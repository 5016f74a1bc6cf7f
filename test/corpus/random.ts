import { createHash } from 'node:crypto';

/** Alphabet of the random parts of Kubernetes names (apimachinery `rand.String`): no vowels, nothing that looks alike. */
const safeLetters = 'bcdfghjklmnpqrstvwxz2456789';

/** A stream of numbers that is the same for the same seed, on every machine. */
export interface Random {
  /** From 0, below 1. */
  fraction(): number;
  /** A whole number, both ends included. */
  integer(from: number, to: number): number;
  /** Random part of a Kubernetes name, such as `x2x9k`. */
  suffix(length?: number): string;
  hex(length: number): string;
  uuid(): string;
}

/** A generator that depends on nothing but `seed` (mulberry32 over a hash of it). */
export function randomOf(seed: string): Random {
  let state = createHash('sha256').update(seed).digest().readUInt32LE(0);
  const fraction = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const integer = (from: number, to: number) => from + Math.floor(fraction() * (to - from + 1));
  const text = (letters: string, length: number) =>
    Array.from({ length }, () => letters.charAt(integer(0, letters.length - 1))).join('');
  const hex = (length: number) => text('0123456789abcdef', length);
  return {
    fraction,
    integer,
    suffix: (length = 5) => text(safeLetters, length),
    hex,
    uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`,
  };
}
