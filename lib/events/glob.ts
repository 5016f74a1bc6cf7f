/** Says whether text fits a pattern; built once by {@link compileGlob}. */
export type GlobTest = (text: string) => boolean;

/**
 * Compiles a pattern in which `*` stands for any run of characters, also none; everything else is itself, case included.
 * Each piece between stars is searched once and left to right, so the cost grows with the text, never exponentially.
 */
export function compileGlob(pattern: string): GlobTest {
  const pieces = pattern.split('*');
  const [first = '', ...rest] = pieces;
  const last = rest.pop();
  if (last === undefined) return (text) => text === pattern;
  if (rest.length === 0 && last === '') return first === '' ? () => true : (text) => text.startsWith(first);
  return (text) => {
    if (!text.startsWith(first) || !text.endsWith(last)) return false;
    let position = first.length;
    for (const piece of rest) {
      const found = text.indexOf(piece, position);
      if (found < 0) return false;
      position = found + piece.length;
    }
    return position <= text.length - last.length;
  };
}

/** Compiles a list of patterns of which one must fit. */
export function compileGlobs(patterns: readonly string[]): GlobTest {
  const [only = '', ...others] = patterns;
  if (others.length === 0) return compileGlob(only);
  const exact = new Set(patterns.filter((pattern) => !pattern.includes('*')));
  const globs = patterns.filter((pattern) => pattern.includes('*')).map(compileGlob);
  return globs.length === 0 ? (text) => exact.has(text) : (text) => exact.has(text) || globs.some((test) => test(text));
}
