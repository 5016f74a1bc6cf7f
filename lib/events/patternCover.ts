/**
 * True when every text that fits `narrow` also fits `wide`; both may have `*` for any run of characters. Decided on the
 * patterns alone: a star of `narrow` stands for text that only a star of `wide` can take.
 */
export function covers(wide: string, narrow: string): boolean {
  // covered[j] after i characters of wide: wide[..i] covers narrow[..j].
  let covered = Array.from({ length: narrow.length + 1 }, (_, length) => length === 0);
  for (const character of wide) {
    const next = [character === '*' && covered[0] === true];
    for (let j = 1; j <= narrow.length; j += 1) {
      next[j] =
        character === '*'
          ? covered[j] === true || next[j - 1] === true
          : narrow[j - 1] === character && covered[j - 1] === true;
    }
    covered = next;
  }
  return covered[narrow.length] === true;
}

/** True when each of `narrow` is covered by one of `wide`. */
export function coversAll(wide: readonly string[], narrow: readonly string[]): boolean {
  return narrow.every((pattern) => wide.some((other) => covers(other, pattern)));
}
