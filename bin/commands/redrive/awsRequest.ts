import { HttpRequest } from '@smithy/protocol-http';
import { SignatureV4 } from '@smithy/signature-v4';
import { NodeSha256 } from '../../../lib/api/nodeSha256.ts';
import { KefError } from '../../../lib/errors.ts';

/** Where and as whom. */
export interface AwsRequestOptions {
  readonly region: string;
  readonly credentials: () => Promise<{ accessKeyId: string; secretAccessKey: string; sessionToken?: string }>;
  /** @default process.env: `AWS_ENDPOINT_URL_<SERVICE>`, then `AWS_ENDPOINT_URL` */
  readonly environment?: NodeJS.ProcessEnv;
  /** @default the global fetch */
  readonly fetch?: typeof fetch;
}

/** A signed POST to one AWS service, such as `lambda`. Two calls of Lambda and SQS are all that is needed here; their SDKs weigh megabytes. */
export type AwsRequest = (
  service: string,
  request: { readonly path: string; readonly headers?: Record<string, string>; readonly body: string },
) => Promise<Response>;

/** Makes an {@link AwsRequest}. */
export function createAwsRequest(options: AwsRequestOptions): AwsRequest {
  const { region, credentials, environment = process.env, fetch: send = fetch } = options;
  return async (service, { path, headers = {}, body }) => {
    const url = new URL(path, endpointOf(service, region, environment));
    const signer = new SignatureV4({ service, region, credentials, sha256: NodeSha256 });
    const signed = await signer.sign(
      new HttpRequest({
        method: 'POST',
        protocol: url.protocol,
        hostname: url.hostname,
        ...(url.port === '' ? {} : { port: Number(url.port) }),
        path: url.pathname,
        headers: { ...headers, host: url.host },
        body,
      }),
    );
    const { host: _host, ...signedHeaders } = signed.headers; // fetch writes Host itself, from the same URL
    const response = await send(url, { method: 'POST', headers: signedHeaders, body });
    if (response.ok) return response;
    const text = (await response.text()).slice(0, 500);
    throw new KefError('ApiUnreachable', `${service} answered ${response.status}: ${text}`);
  };
}

function endpointOf(service: string, region: string, environment: NodeJS.ProcessEnv): string {
  const given = environment[`AWS_ENDPOINT_URL_${service.toUpperCase()}`] ?? environment.AWS_ENDPOINT_URL;
  const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  return given ?? `https://${service}.${region}.${suffix}`;
}
