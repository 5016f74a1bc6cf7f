import { appendFileSync } from 'node:fs';

/** A target of rules and topics: notes what it got, fails when told to. */
export const handler = async (event) => {
  appendFileSync(process.env.SEEN_FILE, `${JSON.stringify(event)}\n`);
  if (JSON.stringify(event).includes('please fail')) throw new RangeError('failed as asked');
  return 'ok';
};
