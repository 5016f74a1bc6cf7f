import { appendFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** Takes its time with every record or event, and notes it only when done. */
export const handler = async (event) => {
  for (const record of event.Records ?? [event]) {
    await delay(Number(process.env.SLOW_MS));
    appendFileSync(
      process.env.SEEN_FILE,
      `${JSON.stringify({ done: record.dynamodb?.Keys.pk.S ?? record.detail.id })}\n`,
    );
  }
};
