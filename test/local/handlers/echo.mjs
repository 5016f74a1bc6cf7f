import { setTimeout as delay } from 'node:timers/promises';

/** Answers with the event it got, or does what the path asks for. */
export const handler = async (event, context) => {
  const what = event.rawPath?.split('/').at(-1);
  if (what === 'throw') throw new TypeError('asked to throw');
  if (what === 'exit') process.exit(7);
  if (what === 'wait') await delay(60_000);
  if (what === 'malformed') return { statusCode: 'no number' };
  if (what === 'plain') return { hello: 'world' };
  console.log(`echo ${context.awsRequestId}`);
  return {
    statusCode: 201,
    headers: { 'X-Echo': 'yes' },
    cookies: ['a=1', 'b=2'],
    body: JSON.stringify({ event, remaining: context.getRemainingTimeInMillis(), env: process.env }),
  };
};
