import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzip } from 'node:zlib';

/** A sink for benchmarks: acknowledges at once and counts afterwards, from the envelope's counters when it can. */
const delayMs = Number(process.argv[2] ?? 0);
let events = 0;
let pending = 0;

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    if (request.method === 'GET') return void response.end('{"position":null}');
    pending += 1;
    gunzip(Buffer.concat(chunks), (error, plain) => {
      pending -= 1;
      if (error) throw error;
      // Events are the only objects with this key at this place; parsing them would make the sink the bottleneck.
      const count = plain.toString('latin1').split('"resourceVersion":"1').length - 1;
      events += count;
      const answer = (): void => void response.end(`{"accepted":${count},"rejected":[]}`);
      if (delayMs > 0) setTimeout(answer, delayMs);
      else answer();
    });
    return undefined;
  });
});
process.on('message', (message) => {
  if (message === 'count') process.send?.({ type: 'count', events, pending });
});
server.listen(0, '127.0.0.1', () =>
  process.send?.({ type: 'listening', port: (server.address() as AddressInfo).port }),
);
