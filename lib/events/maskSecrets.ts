import { mask, maskAssignments } from './secretAssignments.ts';

/** What {@link maskSecrets} does beyond the default. */
export interface MaskOptions {
  /** Also mask e-mail addresses. @default false */
  readonly emails?: boolean;
}

/** Text with its secrets replaced by `***`, and how many were replaced. */
export interface MaskedText {
  readonly text: string;
  readonly masked: number;
}

/**
 * What every secret known here has in common with few ordinary messages: a telling word, or the beginning of a telling
 * token. Most messages leave after these two searches; two, because V8 searches for ten alternatives several times
 * faster than for twenty.
 */
const tellingWord = /pass|secret|token|bearer|auth|key|pwd|creden|signature/i;
const tellingShape = /eyJ|A[KSBC][IC]A|[a-z]_|-BEGIN|xox|xapp-|AIza|glpat|hv[bsr]\.|sk-[ap]|:\/\//;

/**
 * Tokens that give themselves away by their shape. Each alternative starts at a boundary and consumes its whole run, so
 * no character is looked at more than a few times.
 */
const tokens = new RegExp(
  `(?<![A-Za-z0-9_-])(?:${[
    // JSON web tokens and their encrypted form: base64url of `{"` is eyJ.
    'eyJ[\\w-]{8,}\\.(?:[\\w-]*\\.){0,3}[\\w-]{4,}',
    // AWS access key ids, with the secret key when it follows.
    '(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Za-z0-9])(?:["\'\\s:,=/]{1,3}[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=]))?',
    'gh[pousr]_[A-Za-z0-9]{20,255}',
    'github_pat_\\w{20,255}',
    'glpat-[\\w-]{16,255}',
    'xox[a-z]-[\\w-]{10,255}',
    'xapp-[\\w-]{10,255}',
    'npm_[A-Za-z0-9]{30,255}',
    'dckr_pat_[\\w-]{20,255}',
    'AIza[\\w-]{30,255}',
    '[sr]k_(?:live|test)_[A-Za-z0-9]{10,255}',
    'hv[bsr]\\.[\\w-]{20,512}',
    'sk-(?:ant|proj)-[\\w-]{16,512}',
  ].join('|')})`,
  'g',
);

/** Without an end line the rest of the text goes: half a private key is one too many. */
const pemBlock = /-----BEGIN [A-Z0-9 ]{0,40}-----(?:.*?-----END [A-Z0-9 ]{0,40}-----|.*)/gs;

/** `scheme://user:password@`; but `docker-pullable://nginx:1.25@sha256:…` is an image. */
const urlCredentials = /(?<=:\/\/)(?:[^\s/:@"'<>]*:[^\s/"'<>]*|[^\s/:@"'<>]{16,})@(?!sha\d+:)/g;

const slackWebhook = /(?<=hooks\.slack\.com\/(?:services|workflows|triggers)\/)[\w/-]+/g;

const bearer = /(?<=\bbearer\s{1,4})[\w.~+/=-]{8,}/gi;

const email = /(?<![\w.%+-])[\w.%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}/g;

/**
 * Masks tokens, passwords, keys, bearer headers and credentials in URLs. Linear in the length of the text, and
 * conservative: the words `secret` and `token` in a sentence, names of Secrets and image digests stay as they are.
 * Masking masked text changes nothing.
 */
export function maskSecrets(text: string, options: MaskOptions = {}): MaskedText {
  const emails = options.emails === true && text.includes('@');
  if (!emails && !tellingWord.test(text) && !tellingShape.test(text)) return { text, masked: 0 };
  let masked = 0;
  const replace = () => {
    masked += 1;
    return mask;
  };
  let result = text
    .replace(pemBlock, replace)
    .replace(tokens, replace)
    .replace(urlCredentials, (found) => (found === `${mask}@` ? found : `${replace()}@`))
    .replace(slackWebhook, replace)
    // `Bearer realm="…"` is a server's challenge, `bearer authentication` a sentence.
    .replace(bearer, (found) => (/^[a-z_]+=$|^[A-Z]?[a-z]{1,30}[.,:;]?$/.test(found) ? found : replace()));
  const assigned = maskAssignments(result);
  masked += assigned.masked;
  result = emails ? assigned.text.replace(email, replace) : assigned.text;
  return { text: result, masked };
}
