import * as z from 'zod';
import type { InvokeResult } from './invoke.ts';

/** A message of a dead-letter queue. */
export interface DeadLetter {
  readonly id: string;
  readonly receipt: string;
  readonly body: string;
}

/** The dead-letter queue of notifications, and `notify` itself. */
export interface NotificationPorts {
  /** Up to ten messages, hidden from others for a while; none at the end. */
  receive(): Promise<readonly DeadLetter[]>;
  remove(receipt: string): Promise<void>;
  invokeNotify(event: unknown): Promise<InvokeResult>;
}

/** What became of one message. */
export interface NotificationOutcome {
  readonly id: string;
  readonly state: 'waiting' | 'done' | 'failed';
  /** What it says, or why it failed. */
  readonly text: string;
}

const eventSchema = z.looseObject({
  'detail-type': z.string(),
  detail: z.looseObject({
    clusterId: z.string().optional(),
    severity: z.string().optional(),
    annotations: z.looseObject({ summary: z.string().optional() }).optional(),
  }),
});
/** EventBridge leaves the event itself, Lambda wraps it into a record of the invocation. */
const bodySchema = z.union([z.looseObject({ requestPayload: eventSchema }), eventSchema]);

/**
 * Hands notifications that nobody got to `notify` again. It claims each publication, so one that did get out after all is
 * told to nobody twice.
 *
 * @param apply false only looks; the messages come back to the queue by themselves
 */
export async function* redriveNotifications(
  ports: NotificationPorts,
  { apply, limit }: { readonly apply: boolean; readonly limit: number },
): AsyncGenerator<NotificationOutcome> {
  const seen = new Set<string>();
  while (seen.size < limit) {
    const letters = (await ports.receive()).filter(({ id }) => !seen.has(id));
    // What was seen already has come back: the queue has been gone through.
    if (letters.length === 0) return;
    for (const letter of letters) {
      if (seen.size >= limit) return;
      seen.add(letter.id);
      yield await redrive(ports, letter, apply);
    }
  }
}

async function redrive(
  ports: NotificationPorts,
  { id, receipt, body }: DeadLetter,
  apply: boolean,
): Promise<NotificationOutcome> {
  try {
    const event = eventIn(body);
    if (event === undefined) return { id, state: 'failed', text: 'is not an event of the bus; it stays in the queue' };
    const { detail } = event;
    const text = `${detail.severity ?? ''} ${detail.clusterId ?? ''}: ${detail.annotations?.summary ?? event['detail-type']}`;
    if (!apply) return { id, state: 'waiting', text };
    const result = await ports.invokeNotify(event);
    if (!result.ok) return { id, state: 'failed', text: result.reason };
    await ports.remove(receipt);
    return { id, state: 'done', text };
  } catch (error) {
    return { id, state: 'failed', text: error instanceof Error ? error.message : String(error) };
  }
}

function eventIn(body: string): z.infer<typeof eventSchema> | undefined {
  try {
    const parsed = bodySchema.parse(JSON.parse(body));
    return 'requestPayload' in parsed ? eventSchema.parse(parsed.requestPayload) : eventSchema.parse(parsed);
  } catch {
    // Something else was put into this queue; it is reported and left.
    return undefined;
  }
}
