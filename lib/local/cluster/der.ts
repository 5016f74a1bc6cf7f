/** Just enough of DER (ITU-T X.690) to write a certificate. */
function element(tag: number, ...content: Buffer[]): Buffer {
  const body = Buffer.concat(content);
  return Buffer.concat([Buffer.from([tag]), lengthOf(body.length), body]);
}

function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  const hex = length.toString(16);
  const bytes = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
  return Buffer.concat([Buffer.from([0x80 | bytes.length]), bytes]);
}

export const sequence = (...content: Buffer[]): Buffer => element(0x30, ...content);
export const set = (...content: Buffer[]): Buffer => element(0x31, ...content);
export const octets = (content: Buffer): Buffer => element(0x04, content);
/** A bit string without unused bits. */
export const bits = (content: Buffer): Buffer => element(0x03, Buffer.from([0]), content);
export const text = (content: string): Buffer => element(0x0c, Buffer.from(content, 'utf8'));
export const boolean = (isTrue: boolean): Buffer => element(0x01, Buffer.from([isTrue ? 0xff : 0]));
/** `[n] EXPLICIT`. */
export const tagged = (tag: number, ...content: Buffer[]): Buffer => element(0xa0 | tag, ...content);
/** `[n] IMPLICIT` of a primitive. */
export const implicit = (tag: number, content: Buffer): Buffer => element(0x80 | tag, content);

/** A positive integer from its bytes. */
export function integer(bytes: Buffer): Buffer {
  const isNegative = ((bytes[0] ?? 0) & 0x80) !== 0;
  return element(0x02, isNegative ? Buffer.concat([Buffer.from([0]), bytes]) : bytes);
}

/** An object identifier in dotted form. */
export function identifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second];
  for (const arc of rest) {
    const groups = [arc & 0x7f];
    for (let left = arc >>> 7; left > 0; left >>>= 7) groups.unshift((left & 0x7f) | 0x80);
    bytes.push(...groups);
  }
  return element(0x06, Buffer.from(bytes));
}

/** A moment with four digits of year. */
export function time(at: Date): Buffer {
  const digits = at.toISOString().replace(/[-:T]/g, '').slice(0, 14);
  return element(0x18, Buffer.from(`${digits}Z`));
}
