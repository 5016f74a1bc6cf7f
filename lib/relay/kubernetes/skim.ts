const openings = ['ADDED', 'MODIFIED', 'DELETED'].map((type) => Buffer.from(`{"type":"${type}",`));
const versionKey = Buffer.from('"resourceVersion":"');
const quote = 34;
const closeBrace = 125;

/**
 * The version of a watch line about an object that does not contain `mark`, read without parsing the line: a Pod has some ten
 * kilobytes, and almost none of them says anything. `undefined` when the line has to be parsed.
 *
 * Inside a JSON text value a quote is escaped, so `"resourceVersion":"` is a key wherever it stands, and API servers write
 * `metadata` with its version before everything in which a user could have a key of that name.
 */
export function skimLine(bytes: Buffer, start: number, end: number, mark: Buffer): string | undefined {
  const line = bytes.subarray(start, end);
  const isObject = openings.some((opening) => opening.equals(line.subarray(0, opening.length)));
  if (!isObject || line.at(-1) !== closeBrace || line.includes(mark)) return undefined;
  const at = line.indexOf(versionKey);
  if (at === -1) return undefined;
  const from = at + versionKey.length;
  const version = line.toString('latin1', from, line.indexOf(quote, from));
  return /^\d{1,30}$/.test(version) ? version : undefined;
}
