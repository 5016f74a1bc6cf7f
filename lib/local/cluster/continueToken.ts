import { asObject } from './json.ts';
import { badRequest } from './statusError.ts';

/** Where the next page begins, and at which revision the whole list is read; -1 means "whatever is current". */
export interface ContinueToken {
  readonly revision: number;
  /** First key of the next page, relative to the namespace that is listed. */
  readonly start: string;
}

const tokenVersion = 'meta.k8s.io/v1';

/** The token in the server's own encoding: unpadded base64url of a small JSON. */
export function encodeContinue(token: ContinueToken): string {
  const json = JSON.stringify({ v: tokenVersion, rv: token.revision, start: token.start });
  return Buffer.from(json, 'utf8').toString('base64url');
}

/** @throws StatusError 400 when it is not one of this server's tokens */
export function decodeContinue(text: string): ContinueToken {
  let token: unknown;
  try {
    token = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch (error) {
    throw badRequest(`invalid continue token: continue key is not valid: ${String(error)}`);
  }
  const { v, rv, start } = asObject(token);
  if (v !== tokenVersion || typeof rv !== 'number' || rv === 0 || typeof start !== 'string' || start === '') {
    const problem = `incorrect encoded start resourceVersion (version ${String(v)})`;
    throw badRequest(`invalid continue token: continue key is not valid: ${problem}`);
  }
  return { revision: rv, start };
}
