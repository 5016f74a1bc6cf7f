import type { IncomingMessage } from 'node:http';
import type { KubernetesConnection } from '../kubernetes/connection.ts';
import { type Lease, leaseSchema } from './lease.ts';

/** An answer about a lease. */
export type LeaseAnswer =
  | { readonly kind: 'lease'; readonly lease: Lease }
  | { readonly kind: 'absent' }
  /** Somebody else wrote it meanwhile. */
  | { readonly kind: 'conflict' }
  | { readonly kind: 'failed'; readonly reason: string };

/** Reads and writes one Lease. Every write names the version it changes, so that of two candidates one loses. */
export class LeaseClient {
  readonly #connection: KubernetesConnection;
  readonly #collection: string;
  readonly #path: string;
  readonly #place: string;

  constructor(connection: KubernetesConnection, namespace: string, name: string) {
    this.#connection = connection;
    this.#collection = `/apis/coordination.k8s.io/v1/namespaces/${encodeURIComponent(namespace)}/leases`;
    this.#path = `${this.#collection}/${encodeURIComponent(name)}`;
    this.#place = `Lease ${namespace}/${name}`;
  }

  read(timeoutMs: number, signal: AbortSignal): Promise<LeaseAnswer> {
    return this.#answerOf(timeoutMs, signal, (options) => this.#connection.get(this.#path, options));
  }

  create(lease: object, timeoutMs: number, signal: AbortSignal): Promise<LeaseAnswer> {
    return this.#answerOf(timeoutMs, signal, (options) =>
      this.#connection.send('POST', this.#collection, lease, options),
    );
  }

  replace(lease: Lease, timeoutMs: number, signal: AbortSignal): Promise<LeaseAnswer> {
    return this.#answerOf(timeoutMs, signal, (options) => this.#connection.send('PUT', this.#path, lease, options));
  }

  async #answerOf(
    timeoutMs: number,
    signal: AbortSignal,
    ask: (options: { signal: AbortSignal; headTimeoutMs: number }) => Promise<IncomingMessage>,
  ): Promise<LeaseAnswer> {
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    try {
      const response = await ask({ signal: deadline, headTimeoutMs: timeoutMs });
      return this.#read(response.statusCode ?? 0, await textOf(response));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return { kind: 'failed', reason: `${this.#place}: ${reason}` };
    }
  }

  #read(status: number, body: string): LeaseAnswer {
    if (status === 404) return { kind: 'absent' };
    if (status === 409) return { kind: 'conflict' };
    if (status === 200 || status === 201) {
      const parsed = leaseSchema.safeParse(JSON.parse(body));
      if (parsed.success) return { kind: 'lease', lease: parsed.data };
      return { kind: 'failed', reason: `${this.#place}: what the API server answers is no Lease` };
    }
    if (status === 401) this.#connection.reload();
    const help =
      status === 403
        ? '. The service account needs: apiGroups [coordination.k8s.io], resources [leases], verbs [create, get, update]'
        : '';
    return { kind: 'failed', reason: `${this.#place}: HTTP ${status}: ${body.slice(0, 200)}${help}` };
  }
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer); // no encoding is set, so chunks are buffers
  return Buffer.concat(chunks).toString('utf8');
}
