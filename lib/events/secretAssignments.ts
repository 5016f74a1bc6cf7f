/** Stands where a secret stood. */
export const mask = '***';

/**
 * How sure a key makes us that its value is a secret:
 * `sure` values are masked after `=` and `:`; `maybe` words also occur in sentences (`failed to fetch token: 401 …`), so
 * after `:` their value must look random; `quoted` ones count only as a JSON key; `query` ones only after `=`.
 */
type Certainty = 'sure' | 'maybe' | 'quoted' | 'query' | 'header';

/**
 * Keys that hold secrets, when a quote, `=`, `:` or a space follows. Only the end of the key is looked for:
 * `DB_PASSWORD` and `aws_secret_access_key` end in a word of this list.
 */
const keys = new RegExp(
  `(?:${[
    '(pass(?:word|wd|phrase)|pwd|api[_-]?key|(?:access|secret|private|account|encryption|signing|shared)[_-]?key' +
      '|client[_-]?secret|(?:access|auth|refresh|id|session|security|api|bot)[_-]?token|x-(?:amz|goog)-(?:signature|credential))',
    '(secret|token|credentials?)',
    '(authorization)',
    '(auth)',
    '((?<=[?&])sig(?:nature)?)',
  ].join('|')})(?=\\\\*["']?\\s{0,8}[=:]|\\s)`,
  'gi',
);

const groups: readonly Certainty[] = ['sure', 'maybe', 'header', 'quoted', 'query'];

/**
 * Masks the values of `password=…`, `token: …`, `"apiKey":"…"` (also inside escaped JSON), `--password …` and
 * `Authorization: …`. Every character is read a bounded number of times.
 */
export function maskAssignments(text: string): { text: string; masked: number } {
  let result = '';
  let copied = 0;
  let masked = 0;
  keys.lastIndex = 0;
  for (let match = keys.exec(text); match !== null; match = keys.exec(text)) {
    const certainty = groups[match.slice(1).findIndex((group) => group !== undefined)] ?? 'maybe';
    const value = findValue(text, match.index, keys.lastIndex, certainty);
    if (value === undefined) continue;
    keys.lastIndex = value.end;
    if (text.slice(value.start, value.end) === mask) continue;
    result += text.slice(copied, value.start) + mask;
    copied = value.end;
    masked += 1;
  }
  return masked === 0 ? { text, masked } : { text: result + text.slice(copied), masked };
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** The separator between a key and its value, anchored where the key ends. */
const separator = /(\\*["'])?\s{0,8}(=>|=|:)\s{0,8}(\\*["'])?/y;
const flagValue = /\s(?=[^\s-])(["'])?/y;

function findValue(text: string, keyStart: number, keyEnd: number, certainty: Certainty): Span | undefined {
  separator.lastIndex = keyEnd;
  const match = separator.exec(text);
  if (match === null) {
    if (certainty === 'quoted' || certainty === 'query' || !isFlag(text, keyStart)) return undefined;
    flagValue.lastIndex = keyEnd;
    const flag = flagValue.exec(text);
    return flag === null ? undefined : spanAt(text, flagValue.lastIndex, flag[1]);
  }
  const [, keyQuote, sign, valueQuote] = match;
  const isColon = sign === ':';
  const span = spanAt(text, separator.lastIndex, valueQuote);
  if (span === undefined) return undefined;
  if (certainty === 'header') return headerSpan(text, span, valueQuote !== undefined, isColon);
  if (certainty === 'query') return isColon ? undefined : span;
  const value = text.slice(span.start, span.end);
  if (keyQuote !== undefined) {
    // `volume "db-password" : secret "x" not found` also has a quote and a colon: a JSON value is quoted or a number.
    return valueQuote !== undefined || /^\d+$/.test(value) ? span : undefined;
  }
  if (certainty === 'quoted' || isPlaceholder(value)) return undefined;
  if (!isColon) return span;
  if (certainty === 'maybe') return looksRandom(value) ? span : undefined;
  if (valueQuote !== undefined) return span;
  return isWord(value) && !isWholeItem(text, keyStart, span.end) ? undefined : span;
}

/** From `start` to the closing quote, or to the end of the run when there is none. Undefined when nothing is there. */
function spanAt(text: string, start: number, quote: string | undefined): Span | undefined {
  const end = quote === undefined ? endOfRun(text, start) : endOfQuoted(text, start, quote);
  return end > start ? { start, end } : undefined;
}

const runEnd = /[\s"'`,;&<>\\…]|$/g;

function endOfRun(text: string, start: number): number {
  runEnd.lastIndex = start;
  let end = runEnd.exec(text)?.index ?? text.length;
  // Punctuation of the sentence around the value is not part of it.
  while (end > start && /[)\]}.:!?]/.test(text.charAt(end - 1))) end -= 1;
  return end;
}

/** `quote` is a quote with the backslashes before it: as many end the value, more belong to it. */
function endOfQuoted(text: string, start: number, quote: string): number {
  const character = quote.slice(-1);
  for (let end = text.indexOf(character, start); end >= 0; end = text.indexOf(character, end + 1)) {
    let backslashes = 0;
    while (end - backslashes > start && text.charAt(end - backslashes - 1) === '\\') backslashes += 1;
    if (backslashes < quote.length || (quote.length === 1 && backslashes % 2 === 0)) return end - backslashes;
  }
  return text.length;
}

const schemes = /(?:(bearer|basic|token|apikey)|negotiate|digest|aws4-hmac-sha256)\s+/iy;
const lineEnd = /[\n"']|$/g;

/** After `Authorization:` comes a scheme and then the secret, or the secret at once. */
function headerSpan(text: string, span: Span, isQuoted: boolean, isColon: boolean): Span | undefined {
  schemes.lastIndex = span.start;
  const scheme = schemes.exec(text);
  const start = scheme === null ? span.start : schemes.lastIndex;
  let { end } = span;
  if (!isQuoted && scheme !== null) {
    lineEnd.lastIndex = start;
    // The parameters of the other schemes go on behind commas.
    end = scheme[1] === undefined ? (lineEnd.exec(text)?.index ?? text.length) : endOfRun(text, start);
  }
  if (end <= start) return undefined;
  return isColon && !isQuoted && isWord(text.slice(start, end)) ? undefined : { start, end };
}

/** `--password`, `--db-password`: a command-line flag, whose value follows after a space. */
function isFlag(text: string, keyStart: number): boolean {
  return /(?:^|\s)--[\w.-]{0,60}$/.test(text.slice(Math.max(0, keyStart - 63), keyStart));
}

function isPlaceholder(value: string): boolean {
  return /^(?:true|false|null|nil|none|\$\(|\$\{|\{\{)/i.test(value);
}

/** A word of a sentence: `authentication`, `Post`, `non-existent`. */
function isWord(value: string): boolean {
  return /^(?:[A-Za-z]?[a-z]+|[A-Z]+)(?:[-'][A-Za-z]?[a-z]+)*$/.test(value) || value.endsWith(':');
}

/** Letters and digits mixed, as names and sentences seldom have them. With a mask inside, its secret is masked already. */
function looksRandom(value: string): boolean {
  return (
    value.length >= 8 && /[A-Za-z]/.test(value) && /\d/.test(value) && !/[/:]/.test(value) && !value.includes(mask)
  );
}

/** The pair stands alone: at the start of a line or list item and with nothing after it. */
function isWholeItem(text: string, keyStart: number, end: number): boolean {
  return (
    /(?:^|[\n{,;[])\s{0,8}(?:- )?[\w.-]{0,60}$/.test(text.slice(Math.max(0, keyStart - 72), keyStart)) &&
    /^\s{0,8}(?:$|[\n,;}\]])/.test(text.slice(end, end + 10))
  );
}
