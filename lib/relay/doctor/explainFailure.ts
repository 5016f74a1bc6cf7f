/** A failed connection, told to somebody who has to repair it. */
export interface Explanation {
  readonly message: string;
  readonly fix: string;
}

type Explain = (server: string, setting: string) => { readonly what: string; readonly fix: string };

/** Node's error codes for what goes wrong before any answer. https://nodejs.org/api/errors.html, OpenSSL's X509 codes */
const known: Readonly<Record<string, Explain>> = {
  ECONNREFUSED: (server, setting) => ({
    what: 'nothing listens there',
    fix: `Is ${server} the right address and port (${setting})? Is the server running?`,
  }),
  ENOTFOUND: (server, setting) => ({
    what: 'the name does not exist in DNS',
    fix: `Check ${setting} for a typing error; from inside a pod, check the cluster's DNS: nslookup ${hostOf(server)}`,
  }),
  EAI_AGAIN: (server) => ({
    what: 'DNS does not answer',
    fix: `Check the resolver of this machine or pod (CoreDNS, network policies to port 53): nslookup ${hostOf(server)}`,
  }),
  ECONNRESET: () => ({
    what: 'the connection was reset',
    fix: 'A proxy, firewall or load balancer in between ends it.',
  }),
  ETIMEDOUT: () => ({
    what: 'no answer to the connection attempt',
    fix: 'Check security groups, network policies and routes.',
  }),
  EHOSTUNREACH: () => ({ what: 'there is no route', fix: 'Check security groups, network policies and routes.' }),
  ENETUNREACH: () => ({ what: 'there is no route', fix: 'Check security groups, network policies and routes.' }),
  CERT_HAS_EXPIRED: (server) => ({
    what: 'its certificate has expired',
    fix: `Renew the certificate of ${server}. If it is valid elsewhere, the clock of this machine is wrong: date -u`,
  }),
  CERT_NOT_YET_VALID: () => ({
    what: 'its certificate is not valid yet',
    fix: 'The clock of this machine is behind: date -u',
  }),
  DEPTH_ZERO_SELF_SIGNED_CERT: selfSigned,
  SELF_SIGNED_CERT_IN_CHAIN: selfSigned,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: selfSigned,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: selfSigned,
  ERR_TLS_CERT_ALTNAME_INVALID: (server, setting) => ({
    what: 'its certificate is for another name',
    fix: `Use a name in ${setting} that the certificate of ${server} carries.`,
  }),
  ERR_SSL_WRONG_VERSION_NUMBER: plainText,
  EPROTO: plainText,
  HPE_INVALID_CONSTANT: (_server, setting) => ({
    what: 'it does not speak HTTP',
    fix: `Should ${setting} begin with https:// instead of http://?`,
  }),
};

function selfSigned(server: string, setting: string): ReturnType<Explain> {
  return {
    what: 'its certificate is signed by nobody this machine trusts',
    fix:
      setting === 'kubeconfig'
        ? `Put the authority of ${server} into the kubeconfig (certificate-authority-data).`
        : `An AWS endpoint never does that: is ${setting} the API's URL, or is there a proxy that opens TLS? Give its authority with NODE_EXTRA_CA_CERTS.`,
  };
}

function plainText(_server: string, setting: string): ReturnType<Explain> {
  return { what: 'it does not speak TLS there', fix: `Should ${setting} begin with http:// instead of https://?` };
}

/**
 * Says what an error of a connection means.
 *
 * @param server origin that was called
 * @param setting name of the setting that the address comes from
 */
export function explainFailure(error: unknown, server: string, setting: string): Explanation {
  const code = codeOf(error);
  const text = error instanceof Error ? error.message : String(error);
  const found = code === undefined ? undefined : known[code]?.(server, setting);
  if (found) return { message: `${server}: ${found.what} (${code})`, fix: found.fix };
  const isLate = error instanceof Error && ['AbortError', 'TimeoutError'].includes(error.name);
  if (isLate || /^no (complete )?answer/.test(text)) {
    const fix = `Something takes connections there and says nothing: a security group or proxy on the way, or a server that hangs. curl -v ${server}`;
    return { message: `${server}: no answer in time`, fix };
  }
  return { message: `${server}: ${text}`, fix: `Check ${setting} and the way there: curl -v ${server}` };
}

/** The code of an error, or of what caused it; several addresses of one name fail together in an `AggregateError`. */
function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ('code' in error && typeof error.code === 'string' && error.code in known) return error.code;
  const inner = error instanceof AggregateError ? error.errors[0] : error.cause;
  return codeOf(inner) ?? ('code' in error && typeof error.code === 'string' ? error.code : undefined);
}

function hostOf(server: string): string {
  return URL.canParse(server) ? new URL(server).hostname : server;
}
