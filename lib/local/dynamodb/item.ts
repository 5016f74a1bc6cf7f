/** One attribute value in DynamoDB's wire form, such as `{ "S": "text" }`. */
export type AttributeValue = Readonly<Record<string, unknown>>;

/** An item, or a key, in wire form. */
export type Item = Readonly<Record<string, AttributeValue>>;

/**
 * Text that is the same for two items exactly when DynamoDB would store the same item: numbers in their shortest form,
 * sets without order, attributes without order.
 */
export function canonicalItem(item: Item): string {
  return JSON.stringify(Object.fromEntries(sorted(item).map(([name, value]) => [name, canonicalValue(value)])));
}

function canonicalValue(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const [entry] = Object.entries(value);
  if (entry === undefined) return value;
  const [type, content] = entry;
  switch (type) {
    case 'N':
      return { N: canonicalNumber(String(content)) };
    case 'NS':
      return { NS: Array.isArray(content) ? content.map((number) => canonicalNumber(String(number))).sort() : content };
    case 'SS':
    case 'BS':
      return { [type]: Array.isArray(content) ? [...content].sort() : content };
    case 'L':
      return { L: Array.isArray(content) ? content.map(canonicalValue) : content };
    case 'M':
      return {
        M:
          typeof content === 'object' && content !== null
            ? Object.fromEntries(sorted(content).map(([name, member]) => [name, canonicalValue(member)]))
            : content,
      };
    default:
      return value;
  }
}

/** A DynamoDB number (up to 38 digits) without leading or trailing zeros and with one way to write its exponent. */
export function canonicalNumber(text: string): string {
  const match = /^\s*([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?\s*$/.exec(text);
  if (match === null) return text;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return '0';
  const power = Number(exponent) - fraction.length + (digits.length - significant.length);
  return `${sign === '-' ? '-' : ''}${significant}e${power}`;
}

/** The item as DynamoDB gives it back: every number in plain decimal notation. */
export function storedItem(item: Item): Item {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, storedValue(value)]));
}

function storedValue(value: AttributeValue): AttributeValue {
  const [type, content] = Object.entries(value)[0] ?? [];
  if (type === 'N') return { N: plainNumber(String(content)) };
  if (type === 'NS' && Array.isArray(content)) return { NS: content.map((number) => plainNumber(String(number))) };
  if (type === 'L' && Array.isArray(content)) return { L: content.map(storedValue) };
  if (type === 'M') return { M: storedItem(content as Item) }; // the content of M is shaped like an item
  return value;
}

function plainNumber(text: string): string {
  const match = /^(-?)(\d+)e(-?\d+)$/.exec(canonicalNumber(text));
  if (match === null) return canonicalNumber(text);
  const [, sign = '', digits = '', power = '0'] = match;
  const shift = Number(power);
  if (shift >= 0) return `${sign}${digits}${'0'.repeat(shift)}`;
  const padded = digits.padStart(1 - shift, '0');
  return `${sign}${padded.slice(0, shift)}.${padded.slice(shift)}`;
}

/** Size as DynamoDB counts it in stream records: names and values in bytes, numbers roughly by digit. */
export function itemSize(item: Item): number {
  return Object.entries(item).reduce((total, [name, value]) => total + Buffer.byteLength(name) + valueSize(value), 0);
}

function valueSize(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1;
  const [type, content] = Object.entries(value)[0] ?? ['NULL', true];
  if (typeof content === 'string') {
    if (type === 'B') return Math.floor((content.length * 3) / 4);
    return type === 'N' ? Math.ceil(content.length / 2) + 1 : Buffer.byteLength(content);
  }
  if (type === 'L' && Array.isArray(content)) return content.reduce((total, each) => total + 1 + valueSize(each), 3);
  if (type === 'M' && typeof content === 'object' && content !== null) return itemSize(content as Item) + 3; // M holds an item
  if (Array.isArray(content)) return content.reduce((total, each) => total + Buffer.byteLength(String(each)), 0);
  return 1;
}

function sorted(object: object): [string, unknown][] {
  return Object.entries(object).sort(([left], [right]) => (left < right ? -1 : 1));
}
