import { Agent, get, request } from 'node:http';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

/**
 * What a person writes in twenty lines: list, watch, parse, gzip, post. No redaction, no filter, no signature, no retry, no
 * position. The yardstick for what the relay's promises cost.
 */
const api = `http://127.0.0.1:${process.env.KEF_BENCH_API}/apis/events.k8s.io/v1/events`;
const agent = new Agent({ keepAlive: true });
const compress = promisify(gzip);
let batch: unknown[] = [];
let inFlight = 0;

get(api, async (list) => {
  let text = '';
  for await (const chunk of list) text += chunk;
  const { items, metadata } = JSON.parse(text);
  for (const item of items) await take(item);
  await flush();
  get(`${api}?watch=true&resourceVersion=${metadata.resourceVersion}`, async (watch) => {
    for await (const line of createInterface({ input: watch })) await take(JSON.parse(line).object);
  });
});
setInterval(flush, 500);

async function take(event: unknown): Promise<void> {
  batch.push(event);
  if (batch.length >= 500) await flush();
}

async function flush(): Promise<void> {
  if (batch.length === 0) return;
  const events = batch;
  batch = [];
  inFlight += 1;
  const sent = compress(JSON.stringify({ events }), { level: 1 }).then(post);
  if (inFlight >= 5) await sent;
}

function post(body: Buffer): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const url = `http://127.0.0.1:${process.env.KEF_BENCH_SINK}/v1/clusters/bench/events`;
  const outgoing = request(url, { method: 'POST', agent }, (response) => {
    response.resume().on('end', () => {
      inFlight -= 1;
      resolve();
    });
  });
  outgoing.end(body);
  return promise;
}
