import * as z from 'zod';
import { type EventItem, eventsQuerySchema, type Page } from '../../lib/api/readContract.ts';
import { isAtLeast } from '../../lib/events/severity.ts';
import { decodeCursor, encodeCursor } from '../../lib/store/cursor.ts';
import type { HistoryItem } from '../../lib/store/historyItem.ts';
import { type Walk, walkHistory } from '../../lib/store/historyWalk.ts';
import { parseObjectKey } from '../../lib/store/keys.ts';
import { ReadBudget } from '../../lib/store/readBudget.ts';
import type { ApiRequest } from '../http/request.ts';
import { toEventItem } from './eventItem.ts';
import { isObjectScope, planHistory } from './historyScope.ts';
import { requireIndexed } from './indexedEvents.ts';
import { earlier, readParameters, type TimeRange, timeRange, timeText, withCursor } from './parameters.ts';
import type { QueryDependencies } from './queryDependencies.ts';

/** What decides which events are in the list. */
type EventsQuery = Omit<z.infer<typeof eventsQuerySchema>, 'cursor' | 'limit'>;

/** What one request may read: about 3.5 MB of items, and less time than API Gateway allows. */
const readLimits = { items: 5_000, calls: 500, ms: 12_000 };

const defaultRangeMs = 24 * 3_600_000;

/** Below and above every key: keys begin with a year. */
const lowest = ' ';
const highest = '~';

/** Bounds are settled with the first page: `15m` ago must not move while a reader turns pages. */
const stateSchema = z.object({
  since: z.string().optional(),
  until: z.string().optional(),
  place: z.object({ group: z.string(), key: z.string().optional(), partition: z.string().optional() }),
});

/** `GET /v1/events`: history by time, newest first unless asked otherwise. */
export async function listEvents(
  request: ApiRequest,
  { history, clusters, indexFrom, now }: QueryDependencies,
): Promise<Page<EventItem>> {
  const { cursor, limit, ...query } = readParameters(request, eventsQuerySchema);
  const isIndexed = !isObjectScope(query);
  if (isIndexed) requireIndexed(query, indexFrom);
  const from = cursor === undefined ? undefined : decodeCursor(query, cursor, stateSchema);
  const nowMs = now();
  const { since, until } = from ?? rangeOf(query, nowMs);
  const budget = new ReadBudget({ ...readLimits, deadline: nowMs + readLimits.ms }, now);
  const matches = matcherFor(query, nowMs);
  const page = new EventPage(limit);
  const place = await withCursor(cursor, async () => {
    const plan = await planHistory(query, { since, until }, query.order, clusters);
    const walk: Walk = {
      groups: plan.groups,
      low: since ?? lowest,
      high: until ?? highest,
      order: query.order,
      from: from?.place,
      pageSize: pageSizeFor(limit, plan.groups[0]?.partitions.length ?? 1),
    };
    return walkHistory(walk, history.reader(plan.index), budget, (item) => {
      if (matches(item)) page.add(toEventItem(item));
      return !page.isFull;
    });
  });
  return {
    items: page.items,
    ...(place === undefined ? {} : { cursor: encodeCursor(query, { since, until, place }) }),
    ...(isIndexed && indexFrom !== undefined ? { indexedFrom: indexFrom } : {}),
  };
}

/** Lambda answers with 6 MB at most; messages may have 16 KiB each. */
const maxPageBytes = 4 * 1024 * 1024;

/** Events of one answer. */
class EventPage {
  readonly items: EventItem[] = [];
  readonly #limit: number;
  #bytes = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(item: EventItem): void {
    this.items.push(item);
    this.#bytes += Buffer.byteLength(JSON.stringify(item));
  }

  get isFull(): boolean {
    return this.items.length >= this.#limit || this.#bytes >= maxPageBytes;
  }
}

/** One object is shown whole; everything else is a day unless asked for more. `until` stays open: clocks of nodes run ahead. */
function rangeOf(query: EventsQuery, nowMs: number): TimeRange {
  const { since, until } = timeRange(query, nowMs);
  if (since !== undefined || isObjectScope(query)) return { since, until };
  return { since: earlier(until ?? timeText(nowMs), defaultRangeMs), until };
}

/** Enough for the page from one partition; when many are merged each gives a part of it. */
function pageSizeFor(limit: number, partitions: number): number {
  return Math.max(10, Math.ceil((limit * 1.5) / partitions) + 1);
}

function matcherFor(query: EventsQuery, nowMs: number): (item: HistoryItem) => boolean {
  const { kind, name, reason, severity, minSeverity, type } = query;
  const nowSeconds = Math.floor(nowMs / 1_000);
  return (item) => {
    if (item.ttl <= nowSeconds) return false; // DynamoDB deletes expired items within days
    if (severity !== undefined && !severity.includes(item.s)) return false;
    if (minSeverity !== undefined && !isAtLeast(item.s, minSeverity)) return false;
    if (type !== undefined && !type.includes(item.t)) return false;
    if (reason !== undefined && !reason.includes(item.r) && !reason.includes(item.e ?? item.r)) return false;
    if (kind === undefined && name === undefined) return true;
    const about = parseObjectKey(item.pk);
    return (kind === undefined || about.kind === kind) && (name === undefined || about.name === name);
  };
}
