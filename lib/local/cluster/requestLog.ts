import type { RequestInfo } from './requestInfo.ts';

/** One request that reached the cluster. */
export interface RequestRecord {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly verb: string;
  readonly resource: string | undefined;
  readonly namespace: string;
  readonly query: Readonly<Record<string, string>>;
  /** `undefined` until the caller was let in. */
  user: string | undefined;
  readonly userAgent: string | undefined;
  /** 0 until the answer's head was sent, and for ever when it never was. */
  status: number;
}

const keptRequests = 10_000;

/** Everything that was asked, newest last; the last ten thousand are kept, the counts are complete. */
export class RequestLog {
  readonly counts: Record<string, number> = {};
  #records: RequestRecord[] = [];

  add(info: RequestInfo, at: number, method: string, url: string, userAgent: string | undefined): RequestRecord {
    const { verb, view, namespace } = info;
    const record: RequestRecord = {
      at,
      method,
      url,
      verb,
      resource: view?.resource,
      namespace,
      query: Object.fromEntries(info.query),
      user: undefined,
      userAgent,
      status: 0,
    };
    this.#records.push(record);
    if (this.#records.length > keptRequests * 2) this.#records = this.#records.slice(-keptRequests);
    this.counts[verb] = (this.counts[verb] ?? 0) + 1;
    return record;
  }

  get records(): readonly RequestRecord[] {
    return this.#records;
  }

  clear(): void {
    this.#records = [];
    for (const verb of Object.keys(this.counts)) delete this.counts[verb];
  }
}
