import { appendFileSync, existsSync, writeFileSync } from 'node:fs';

const seen = (line) => appendFileSync(process.env.SEEN_FILE, `${JSON.stringify(line)}\n`);
const once = (name) => {
  const marker = `${process.env.SEEN_FILE}.${name}`;
  if (existsSync(marker)) return false;
  writeFileSync(marker, '');
  return true;
};

/** Reads a stream. What an item's `do` attribute says happens when its record comes along. */
export const handler = async (event) => {
  const items = event.Records.map(({ eventName, dynamodb }) => ({
    sequence: dynamodb.SequenceNumber,
    eventName,
    pk: dynamodb.Keys.pk.S,
    value: dynamodb.NewImage?.value?.N,
    do: dynamodb.NewImage?.do?.S,
  }));
  seen({ batch: items.map(({ pk }) => pk) });
  if (items.some((item) => item.do === 'throw')) throw new Error('poison');
  if (items.some((item) => item.do === 'exit-once' && once(`exit-${item.pk}`))) process.exit(1);
  if (items.some((item) => item.do === 'hang-once' && once(`hang-${item.pk}`))) await new Promise(() => {});
  const failures = items.filter(
    (item) => item.do === 'report' || (item.do === 'report-once' && once(`report-${item.pk}`)),
  );
  const first = items.findIndex((item) => failures.includes(item));
  for (const item of first === -1 ? items : items.slice(0, first))
    seen({ done: item.pk, value: item.value, eventName: item.eventName });
  return { batchItemFailures: failures.map(({ sequence }) => ({ itemIdentifier: sequence })) };
};
