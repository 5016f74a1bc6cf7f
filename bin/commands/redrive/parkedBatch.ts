import * as z from 'zod';
import { KefError } from '../../../lib/errors.ts';

const recordSchema = z.looseObject({
  eventName: z.string().optional(),
  dynamodb: z.looseObject({ Keys: z.record(z.string(), z.looseObject({ S: z.string().optional() })).optional() }),
});
const eventSchema = z.looseObject({ Records: z.array(recordSchema) });
const parkedSchema = z.looseObject({
  timestamp: z.string().optional(),
  requestContext: z.looseObject({ condition: z.string().optional() }).optional(),
  // The documentation shows the event as text; as an object it is understood, too.
  payload: z.union([eventSchema, z.string().transform(toEvent).pipe(eventSchema)]),
});

/** A stream record, as the function received it. */
export type StreamRecord = z.infer<typeof recordSchema>;

/** A batch that `route` gave up, as Lambda parked it. */
export interface ParkedBatch {
  readonly records: readonly StreamRecord[];
  /** When it was given up. */
  readonly at: string;
  /** Why, such as `RetryAttemptsExhausted`. */
  readonly condition: string;
  /** Objects the records are about: partition keys of History, each once. */
  readonly objects: readonly string[];
}

/**
 * Reads a parked object.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
 * @throws KefError BodyInvalid when it is something else
 */
export function readParkedBatch(text: string, key: string): ParkedBatch {
  const parsed = parkedSchema.safeParse(toEvent(text));
  if (!parsed.success) {
    throw new KefError(
      'BodyInvalid',
      `${key} is not a parked batch: ${z.prettifyError(parsed.error).replaceAll('\n', ' ')}`,
    );
  }
  const { payload, timestamp = '', requestContext } = parsed.data;
  const keys = payload.Records.map(({ dynamodb }) => dynamodb.Keys?.pk?.S ?? '?');
  return {
    records: payload.Records,
    at: timestamp,
    condition: requestContext?.condition ?? 'unknown',
    objects: [...new Set(keys)],
  };
}

/** Lambda takes 6 MB; a tenth is left for what the request adds. */
const maxEventBytes = 5_400_000;

/** Cuts records into events that fit an invocation, in order. */
export function cutRecords(records: readonly StreamRecord[], maxBytes = maxEventBytes): StreamRecord[][] {
  const cuts: StreamRecord[][] = [];
  let size = Number.POSITIVE_INFINITY;
  for (const record of records) {
    const bytes = Buffer.byteLength(JSON.stringify(record)) + 1;
    if (size + bytes > maxBytes) {
      cuts.push([]);
      size = 0;
    }
    cuts.at(-1)?.push(record);
    size += bytes;
  }
  return cuts;
}

function toEvent(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Whatever it is, the schema will say that it is not what it should be.
    return text;
  }
}
