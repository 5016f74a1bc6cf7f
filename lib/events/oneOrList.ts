import * as z from 'zod';

/** A schema for one of something or a non-empty list of it, whose mistakes are told in the words of the form that was used. */
export function oneOrList<Schema extends z.ZodType>(one: Schema, max: number) {
  return z.union([one, z.array(one).min(1, 'a list needs an entry').max(max, `a list may have ${max} entries`)], {
    error: (issue) => {
      const [single = [], list = []] = issue.code === 'invalid_union' ? issue.errors : [];
      const mistakes = Array.isArray(issue.input) ? list : single;
      return mistakes.map(({ path, message }) => [...path.map(String), message].join(' ')).join('; ');
    },
  });
}
