import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import type { Gap } from '../../lib/api/contract.ts';
import { expectAccount, type RelayProcess } from '../relay/relayProcess.ts';
import type { Fault as ApiFault, Sink } from '../relay/sink.ts';
import { type Account, isReadable } from './account.ts';

/** What the books are kept about. */
export interface Books {
  readonly sink: Sink;
  readonly account: Account;
  readonly apiFault: ApiFault | undefined;
  readonly refuse: (event: Record<string, unknown>) => string | undefined;
  readonly gaps: Gap[];
}

/** Everything the API is given passes here first: the fault of the moment, then the books. */
export function keepBooks(books: Books): void {
  const { sink, account, gaps } = books;
  const refusal = (event: Record<string, unknown>) => (isReadable(event) ? books.refuse(event) : 'EventFieldMissing');
  sink.rejectEvent = refusal;
  sink.fault = async (request, response, body) => {
    if ((await books.apiFault?.(request, response, body)) === true) return true;
    if (request.method !== 'POST') return false;
    const envelope = JSON.parse(gunzipSync(body).toString('utf8'));
    for (const gap of envelope.relay?.gaps ?? []) {
      gaps.push(gap);
      account.gap(gap.dropped ?? 0);
    }
    for (const event of envelope.events) {
      if (refusal(event) === undefined) account.stored(event);
      else account.refused(event);
    }
    return false;
  };
}

/** What a relay says about itself adds up as soon as it is idle. */
export async function eventuallyBalanced(relay: RelayProcess): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await expectAccount(relay);
      return;
    } catch (error) {
      if (attempt === 50) throw error;
      await sleep(20);
    }
  }
}
