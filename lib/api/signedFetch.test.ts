import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createSignedFetch, regionOf } from './signedFetch.ts';

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI', sessionToken: 'token' };

let server: Server | undefined;
afterEach(() => server?.close());

async function serve(listener: RequestListener): Promise<string> {
  server = createServer(listener);
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // a TCP server that listens has one
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(request));
}

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Buffer, data: string) => createHmac('sha256', key).update(data).digest();

/** Signature Version 4 as AWS writes it down, apart from the library that signed. */
function signatureOf(request: IncomingMessage, body: Buffer, canonicalPath: string, canonicalQuery: string): string {
  const authorization = request.headers.authorization ?? '';
  const names = /SignedHeaders=([^,]+)/.exec(authorization)?.[1] ?? '';
  const scope = /Credential=[^/]+\/([^,]+)/.exec(authorization)?.[1] ?? '';
  const headers = names.split(';').map((name) => `${name}:${String(request.headers[name]).trim()}\n`);
  const canonical = [request.method, canonicalPath, canonicalQuery, headers.join(''), names, sha256(body)].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', request.headers['x-amz-date'], scope, sha256(canonical)].join('\n');
  const key = scope.split('/').reduce<string | Buffer>(hmac, `AWS4${credentials.secretAccessKey}`);
  return hmac(key, toSign).toString('hex');
}

describe('a signed request', () => {
  it('carries a signature over method, path, query, headers and body that AWS would accept', async () => {
    let seen: { sent?: string | undefined; expected?: string; scope?: string | undefined } = {};
    const url = await serve(async (request, response) => {
      const body = await bodyOf(request);
      const authorization = request.headers.authorization ?? '';
      seen = {
        sent: /Signature=(\w+)/.exec(authorization)?.[1],
        // a path is encoded once more for the signature than on the wire
        expected: signatureOf(request, body, '/v1/incidents/a%252Fb', 'limit=5&name=a%20b%2Fc'),
        scope: /Credential=([^,]+)/.exec(authorization)?.[1]?.replace(/\d{8}/, 'DAY'),
      };
      response.end('{}');
    });
    const send = createSignedFetch({ credentials, region: 'eu-west-1' });
    await send(`${url}/v1/incidents/a%2Fb?name=a%20b/c&limit=5`, {
      method: 'POST',
      headers: { 'content-type': 'application/gzip' },
      body: new Uint8Array([31, 139, 8, 0, 255]),
    });
    expect(seen.scope).toBe('AKIDEXAMPLE/DAY/eu-west-1/execute-api/aws4_request');
    expect(seen.sent).toBe(seen.expected);
  });

  it('takes the region from the name of the API, else from the environment', () => {
    expect(regionOf(new URL('https://abc.execute-api.ap-south-1.amazonaws.com/x'), {})).toBe('ap-south-1');
    expect(regionOf(new URL('https://abc.execute-api.cn-north-1.amazonaws.com.cn'), {})).toBe('cn-north-1');
    expect(regionOf(new URL('https://events.example.com'), { AWS_REGION: 'eu-west-3' })).toBe('eu-west-3');
  });
});

describe('a wrong clock', () => {
  const minutes = (n: number) => n * 60_000;

  /** An API that accepts signatures up to five minutes off its own clock. */
  function strict(dates: string[], headers: Record<string, string> = {}): RequestListener {
    return (request, response) => {
      const text = String(request.headers['x-amz-date']);
      dates.push(text);
      const signed = Date.parse(text.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z'));
      response.statusCode = Math.abs(signed - Date.now()) > minutes(5) ? 403 : 200;
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
      response.end('{"message":"Forbidden"}');
    };
  }

  it.each([-10, 10])('of %i minutes is corrected with one more request, and once for all', async (off) => {
    const dates: string[] = [];
    const url = await serve(strict(dates));
    const send = createSignedFetch({ credentials, region: 'us-east-1', now: () => Date.now() + minutes(off) });
    expect((await send(url)).status).toBe(200);
    expect(dates).toHaveLength(2);
    expect((await send(url)).status).toBe(200);
    expect(dates).toHaveLength(3);
    expect(Math.round((send.skewMs ?? 0) / minutes(1))).toBe(-off);
  });

  it('is not suspected when the clocks agree: a 403 is a 403', async () => {
    let requests = 0;
    const url = await serve((_, response) => {
      requests++;
      response.writeHead(403).end('{"message":"Forbidden"}');
    });
    const send = createSignedFetch({ credentials, region: 'us-east-1' });
    expect((await send(url)).status).toBe(403);
    expect(requests).toBe(1);
  });

  it('is not measured from an answer out of a cache', async () => {
    const dates: string[] = [];
    const url = await serve(strict(dates, { age: '1000' }));
    const send = createSignedFetch({ credentials, region: 'us-east-1', now: () => Date.now() + minutes(10) });
    expect((await send(url)).status).toBe(403);
    expect(send.skewMs).toBeUndefined();
  });
});
