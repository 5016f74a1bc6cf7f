import * as z from 'zod';
import type { JsonObject } from '../pattern/json.ts';
import { isJsonObject } from '../pattern/json.ts';
import { busName } from '../template/identity.ts';

// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
const maxEntries = 10;
const maxRequestBytes = 1024 * 1024;

const entrySchema = z.looseObject({
  Source: z.string().optional(),
  DetailType: z.string().optional(),
  Detail: z.string().optional(),
  /** Epoch seconds on the wire. */
  Time: z.number().optional(),
  Resources: z.array(z.string()).optional(),
  EventBusName: z.string().optional(),
});
const requestSchema = z.object({ Entries: z.array(entrySchema) });

/** One entry of a PutEvents request, as it came over the wire. */
export type PutEventsEntry = z.infer<typeof entrySchema>;

/** One entry of the answer. */
export type EntryResult = { readonly EventId: string } | { readonly ErrorCode: string; readonly ErrorMessage: string };

/** A request that is refused as a whole. */
export interface RequestRefusal {
  readonly type: 'ValidationException' | 'SerializationException';
  readonly message: string;
}

/** Reads a request; entries in it may still be wrong one by one, see {@link checkEntry}. */
export function readPutEvents(body: unknown): readonly PutEventsEntry[] | RequestRefusal {
  const request = requestSchema.safeParse(body);
  if (!request.success) return { type: 'SerializationException', message: z.prettifyError(request.error) };
  const { Entries } = request.data;
  const constraint = (rule: string): RequestRefusal => ({
    type: 'ValidationException',
    message: `1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length ${rule}`,
  });
  if (Entries.length === 0) return constraint('greater than or equal to 1');
  if (Entries.length > maxEntries) return constraint(`less than or equal to ${maxEntries}`);
  const bytes = Entries.reduce((total, entry) => total + entryBytes(entry), 0);
  // The documentation asks for less than 1 MB in total.
  if (bytes >= maxRequestBytes) {
    return { type: 'ValidationException', message: 'Total size of the entries in the request is over the limit.' };
  }
  return Entries;
}

/**
 * Size of an entry as AWS counts it: 14 bytes for a time, and the UTF-8 bytes of source, detail type, detail and resources.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html
 */
export function entryBytes(entry: PutEventsEntry): number {
  const texts = [entry.Source, entry.DetailType, entry.Detail, ...(entry.Resources ?? [])];
  const textBytes = texts.reduce((total, text) => total + Buffer.byteLength(text ?? ''), 0);
  return textBytes + (entry.Time === undefined ? 0 : 14);
}

/** The reason EventBridge gives for an entry it does not take, or the parsed detail. */
export function checkEntry(
  entry: PutEventsEntry,
): { readonly detail: JsonObject } | Exclude<EntryResult, { EventId: string }> {
  for (const name of ['Source', 'DetailType', 'Detail'] as const) {
    if (!entry[name]) {
      return {
        ErrorCode: 'InvalidArgument',
        ErrorMessage: `Parameter ${name} is not valid. Reason: ${name} is a required argument.`,
      };
    }
  }
  if (entry.Source?.startsWith('aws.')) {
    return { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' };
  }
  const detail = parseDetail(entry.Detail ?? '');
  return detail === undefined ? { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' } : { detail };
}

/** The event as rules match it and targets receive it. */
export function toEvent(
  entry: PutEventsEntry,
  detail: JsonObject,
  context: { readonly id: string; readonly account: string; readonly region: string; readonly now: number },
): JsonObject {
  const time = new Date(entry.Time === undefined ? context.now : entry.Time * 1000);
  return {
    version: '0',
    id: context.id,
    'detail-type': entry.DetailType ?? '',
    source: entry.Source ?? '',
    account: context.account,
    // Events carry whole seconds.
    time: time.toISOString().replace(/\.\d+Z$/, 'Z'),
    region: context.region,
    resources: entry.Resources ?? [],
    detail,
  };
}

/** Name of the bus an entry is for. */
export function busOf(entry: PutEventsEntry): string {
  return entry.EventBusName === undefined ? 'default' : busName(entry.EventBusName);
}

function parseDetail(text: string): JsonObject | undefined {
  try {
    const detail: unknown = JSON.parse(text);
    return isJsonObject(detail) ? detail : undefined;
  } catch {
    // Reported as MalformedDetail.
    return undefined;
  }
}
