import { type StatsResult, statsQuerySchema } from '../../lib/api/readContract.ts';
import { walkHistory } from '../../lib/store/historyWalk.ts';
import { ReadBudget } from '../../lib/store/readBudget.ts';
import type { ApiRequest } from '../http/request.ts';
import { planHistory } from './historyScope.ts';
import { earlier, readParameters, timeRange, timeText } from './parameters.ts';
import type { QueryDependencies } from './queryDependencies.ts';
import { Tally } from './Tally.ts';

/** What one answer may read: some 14 MB of items. */
const readLimits = { items: 20_000, calls: 500, ms: 15_000 };

const defaultRangeMs = 24 * 3_600_000;

/** What counting needs of an item; the event itself stays in the table. */
const countedAttributes = ['pk', 'gsk', 's', 'r', 'e', 't', 'ttl'];

/**
 * `GET /v1/stats`: counts of occurrences over a time range. Reads newest first; when the range holds more than one answer may
 * read, it says so and from when on its counts are complete.
 */
export async function stats(
  request: ApiRequest,
  { history, clusters, indexFrom, now }: QueryDependencies,
): Promise<StatsResult> {
  const query = readParameters(request, statsQuerySchema);
  const nowMs = now();
  const named = timeRange(query, nowMs);
  const until = named.until ?? timeText(nowMs);
  const since = named.since ?? earlier(until, defaultRangeMs);
  const plan = await planHistory(query, { since, until }, 'desc', clusters);
  const budget = new ReadBudget({ ...readLimits, deadline: nowMs + readLimits.ms }, now);
  const tally = new Tally(since, until, Math.floor(nowMs / 1_000));
  const place = await walkHistory(
    { groups: plan.groups, low: since, high: until, order: 'desc', pageSize: 500 },
    history.reader(plan.index, countedAttributes),
    budget,
    (item) => {
      tally.add(item);
      return true;
    },
  );
  return {
    since,
    until,
    truncated: place !== undefined,
    coveredSince: place === undefined ? since : tally.oldest,
    ...(indexFrom === undefined ? {} : { indexedFrom: indexFrom }),
    ...tally.result(query.top),
  };
}
