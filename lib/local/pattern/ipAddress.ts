import { isIPv6 } from 'node:net';

/** An address as a number and its width in bits. */
export interface IpAddress {
  readonly bits: 32 | 128;
  readonly value: bigint;
}

/**
 * Reads an IPv4 or IPv6 literal the way AWS's matcher does: leading zeros are decimal, `::ffff:0a00:1` is the IPv4 address
 * 10.0.0.1, and IPv6 with a dotted tail is plain text. Undefined for everything else.
 */
export function parseIpAddress(text: string): IpAddress | undefined {
  if (/^\d+\.\d+\.\d+\.\d+$/.test(text)) {
    const bytes = text.split('.').map(Number);
    return bytes.some((byte) => byte > 255) ? undefined : { bits: 32, value: join(bytes, 8n) };
  }
  if (!/^[0-9a-fA-F:]+$/.test(text) || !isIPv6(text)) return undefined;
  const [head = '', tail = ''] = text.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === '' ? [] : tail.split(':');
  const zeros = new Array<string>(8 - left.length - right.length).fill('0');
  const groups = [...left, ...zeros, ...right].map((group) => Number.parseInt(group, 16));
  const value = join(groups, 16n);
  return value >> 32n === 0xffffn ? { bits: 32, value: value & 0xffffffffn } : { bits: 128, value };
}

function join(groups: readonly number[], width: bigint): bigint {
  return groups.reduce((value, group) => (value << width) | BigInt(group), 0n);
}
