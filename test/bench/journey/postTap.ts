import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

/** When a POST with certain events came by, and when it was answered. Milliseconds on the clock of `performance.now`. */
export interface TappedPost {
  readonly names: readonly string[];
  readonly arrivedAt: number;
  readonly answeredAt: number;
}

/** Stands between relay and API and notes when what passes. Changes nothing: signatures cover the host the relay spoke to. */
export interface PostTap {
  readonly url: string;
  close(): void;
}

/**
 * Opens a tap in front of `target`.
 *
 * @param pattern finds names of events in a batch; its first group is the name
 */
export async function tapPosts(target: string, pattern: RegExp, onPost: (post: TappedPost) => void): Promise<PostTap> {
  const to = new URL(target);
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const arrivedAt = performance.now();
      const body = Buffer.concat(chunks);
      const { method = 'GET', url = '/', headers } = incoming;
      const onward = request({ host: to.hostname, port: to.port, path: url, method, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
        answer.on('end', () => {
          if (method !== 'POST') return;
          const names = [...gunzipSync(body).toString('latin1').matchAll(pattern)].map(([, name = '']) => name);
          onPost({ names, arrivedAt, answeredAt: performance.now() });
        });
      });
      onward.on('error', () => outgoing.destroy());
      onward.end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
