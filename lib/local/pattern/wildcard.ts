import { KefError } from '../../errors.ts';

/**
 * Compiles a wildcard pattern: `*` stands for any text, `\*` and `\\` for themselves; two stars in a row and a backslash
 * before anything else are refused, as AWS does. Linear in the length of the value for each star.
 */
export function compileWildcard(path: string, pattern: string): (value: string) => boolean {
  const parts = splitAtStars(path, pattern);
  const first = parts[0] ?? '';
  const last = parts.at(-1) ?? '';
  if (parts.length === 1) return (value) => value === first;
  const middle = parts.slice(1, -1);
  return (value) => {
    if (value.length < first.length + last.length || !value.startsWith(first) || !value.endsWith(last)) return false;
    const end = value.length - last.length;
    let from = first.length;
    for (const part of middle) {
      const found = value.indexOf(part, from);
      if (found === -1 || found + part.length > end) return false;
      from = found + part.length;
    }
    return true;
  };
}

function splitAtStars(path: string, pattern: string): string[] {
  const parts = [''];
  for (let index = 0; index < pattern.length; index++) {
    const character = pattern.charAt(index);
    if (character === '*') {
      if (pattern.charAt(index + 1) === '*') throw refuse(path, pattern, 'consecutive wildcard characters');
      parts.push('');
      continue;
    }
    if (character === '\\') {
      index += 1;
      const escaped = pattern.charAt(index);
      if (escaped !== '*' && escaped !== '\\') throw refuse(path, pattern, 'invalid escape character');
    }
    parts[parts.length - 1] += pattern.charAt(index);
  }
  return parts;
}

function refuse(path: string, pattern: string, rule: string): KefError {
  return new KefError(
    'ConfigInvalid',
    `event pattern, field "${path}": ${rule} in wildcard ${JSON.stringify(pattern)}`,
  );
}
