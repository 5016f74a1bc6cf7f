import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { badLines, type Cluster, type Fault, startCluster } from '../../lib/local/cluster/index.ts';
import { burst } from '../../lib/local/cluster/loadGenerator.ts';
import { ask, eventsPath, json, list, podEvent, until, watch } from './client.ts';

let cluster: Cluster;
beforeEach(async () => {
  cluster = await startCluster();
  for (const letter of 'abcdef') cluster.create(podEvent(`${letter}.1`));
});
afterEach(() => cluster.close());

async function watchedLines(fault: Fault): Promise<{ lines: string[]; isComplete: boolean }> {
  cluster.faults.add({ fault, on: 'watch', times: 1 });
  const stream = await watch(cluster, 'resourceVersion=300&timeoutSeconds=1');
  const { text, isComplete } = await stream.rest();
  return { lines: text.split('\n'), isComplete };
}

const versionsOf = (lines: readonly string[]) =>
  lines.flatMap((line) => (line === '' ? [] : [JSON.parse(line).object.metadata.resourceVersion]));

describe('faults of answers', () => {
  it('give a status with and without Retry-After, for as many requests as they are switched on', async () => {
    cluster.faults.add({ fault: { do: 'status', code: 429, retryAfterSeconds: 2 }, times: 1 });
    cluster.faults.add({ fault: { do: 'status', code: 500 }, times: 1, on: 'list' });
    const first = await ask(cluster, eventsPath());
    expect([first.status, first.headers.get('retry-after')]).toEqual([429, '2']);
    expect(await json(first)).toMatchObject({
      kind: 'Status',
      reason: 'TooManyRequests',
      details: { retryAfterSeconds: 2 },
    });
    expect((await ask(cluster, eventsPath())).status).toBe(200);
  });

  it('can be limited to a path and switched off again', async () => {
    const off = cluster.faults.add({
      fault: { do: 'body', code: 502, contentType: 'text/html', body: '<html>' },
      when: ({ path }) => path.includes('/namespaces/'),
    });
    expect((await ask(cluster, eventsPath())).status).toBe(200);
    expect((await ask(cluster, eventsPath('', 'shop'))).status).toBe(502);
    off();
    expect((await ask(cluster, eventsPath('', 'shop'))).status).toBe(200);
  });

  it('never answer', async () => {
    cluster.faults.add({ fault: { do: 'hang' } });
    await expect(ask(cluster, eventsPath(), { signal: AbortSignal.timeout(200) })).rejects.toThrow(/timeout/);
    expect(cluster.requests.records.at(-1)?.status).toBe(0);
  });

  it('reset the connection', async () => {
    cluster.faults.add({ fault: { do: 'reset' } });
    await expect(ask(cluster, eventsPath())).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });
  });

  it('delay the answer', async () => {
    cluster.faults.add({ fault: { do: 'delay', ms: 300 } });
    const begin = performance.now();
    await list(cluster);
    expect(performance.now() - begin).toBeGreaterThan(290);
  });

  it.each(['half-close', 'reset'] as const)('cut a list in its middle by %s', async (how) => {
    cluster.faults.add({ fault: { do: 'cut', afterBytes: 2000, how } });
    const response = await ask(cluster, eventsPath());
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow(/terminated/);
  });

  it('let a list drip', async () => {
    const text = await (await ask(cluster, eventsPath())).text();
    cluster.faults.add({ fault: { do: 'drip', bytesPerSecond: text.length * 2 } });
    const begin = performance.now();
    expect(await (await ask(cluster, eventsPath())).text()).toBe(text);
    expect(performance.now() - begin).toBeGreaterThan(350);
  });
});

describe('faults of watches', () => {
  it('close the stream between lines, properly', async () => {
    const { lines, isComplete } = await watchedLines({ do: 'stop', afterLines: 2, how: 'end' });
    expect([versionsOf(lines), isComplete]).toEqual([['301', '302'], true]);
  });

  it('close the stream inside a line, without its end', async () => {
    const { lines, isComplete } = await watchedLines({
      do: 'stop',
      afterLines: 2,
      how: 'half-close',
      insideLine: true,
    });
    expect(isComplete).toBe(false);
    expect(versionsOf(lines.slice(0, 2))).toEqual(['301', '302']);
    expect(() => JSON.parse(lines[2] ?? '')).toThrow();
  });

  it('reset the stream', async () => {
    expect((await watchedLines({ do: 'stop', afterLines: 1, how: 'reset' })).isComplete).toBe(false);
  });

  it.each([
    ['garbage', badLines.garbage],
    ['JSON that breaks off', badLines.truncatedJson],
    ['bad UTF-8', badLines.badUtf8],
    ['a line of 1 MB', badLines.huge(1_000_000)],
    ['an empty line', badLines.emptyLine],
  ])('put %s between two lines', async (_name, bytes) => {
    const { lines } = await watchedLines({ do: 'inject', afterLines: 2, bytes });
    expect(lines[2]).toBe(bytes.toString('utf8').slice(0, -1));
    expect(versionsOf([...lines.slice(0, 2), ...lines.slice(3)])).toEqual(['301', '302', '303', '304', '305', '306']);
  });

  it('cut the stream into chunks that end anywhere', async () => {
    cluster.faults.add({ fault: { do: 'chunk', bytes: 7 }, times: 2 });
    const chunks: number[] = [];
    const stream = await watch(cluster, 'resourceVersion=300&timeoutSeconds=1');
    stream.response.on('data', (chunk: string) => chunks.push(chunk.length));
    const { text } = await stream.rest();
    expect(versionsOf(text.split('\n'))).toHaveLength(6);
    expect(Math.max(...chunks)).toBeLessThanOrEqual(7);
    expect((await list(cluster)).items).toHaveLength(6);
  });

  it('send lines twice', async () => {
    const { lines } = await watchedLines({ do: 'duplicate', every: 3 });
    expect(versionsOf(lines)).toEqual(['301', '302', '303', '303', '304', '305', '306', '306']);
  });

  it('send lines out of order', async () => {
    const { lines } = await watchedLines({ do: 'swap', every: 3 });
    expect(versionsOf(lines)).toEqual(['301', '302', '304', '303', '305', '306']);
  });

  it('go silent and stay connected', async () => {
    cluster.faults.add({ fault: { do: 'silence', afterLines: 1 }, times: 1 });
    const stream = await watch(cluster, 'resourceVersion=300&timeoutSeconds=1');
    await stream.next();
    const over = stream.rest().then(() => 'over');
    expect(await Promise.race([over, sleep(1300, 'silent')])).toBe('silent');
    expect(cluster.watcherCount).toBe(1);
    stream.close();
    await until(() => cluster.watcherCount === 0);
  });

  it.each(['line', 'http', 'empty'] as const)(
    'say that a version is stale, form "%s", although it is not',
    async (form) => {
      cluster.faults.add({ fault: { do: 'stale', form }, times: 1 });
      const stream = await watch(cluster, 'resourceVersion=306');
      const { text } = await stream.rest();
      expect([stream.response.statusCode, text.includes('"code":410')]).toEqual([
        form === 'http' ? 410 : 200,
        form !== 'empty',
      ]);
    },
  );
});

describe('what a test does to the cluster itself', () => {
  it('ends, silences and wakes open watches', async () => {
    const stream = await watch(cluster, 'resourceVersion=306');
    await until(() => cluster.watcherCount === 1);
    cluster.silence(true);
    cluster.create(podEvent('g.1'));
    const line = stream.next();
    expect(await Promise.race([line, sleep(100, 'silent')])).toBe('silent');
    cluster.silence(false);
    expect((await line).object.metadata.name).toBe('g.1');
    cluster.inject(badLines.garbage);
    cluster.disconnect('half-close');
    expect(await stream.rest()).toEqual({ text: badLines.garbage.toString(), isComplete: false });
  });

  it('restores it from an old backup: versions go backwards, a watch from before is silent', async () => {
    cluster.rewind(100, true);
    const body = await list(cluster);
    expect(body.metadata.resourceVersion).toBe('106');
    expect(body.items.map((item) => item.metadata.resourceVersion)).toEqual(['101', '102', '103', '104', '105', '106']);
    const stream = await watch(cluster, 'resourceVersion=306&timeoutSeconds=1');
    cluster.create(podEvent('g.1'));
    expect((await stream.rest()).text).toBe('');
    expect((await ask(cluster, eventsPath('resourceVersion=306'))).status).toBe(504);
  });

  it('stops the server and starts it again with everything there', async () => {
    const stream = await watch(cluster, 'resourceVersion=306');
    await cluster.stop();
    expect((await stream.rest()).isComplete).toBe(false);
    await expect(ask(cluster, eventsPath())).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
    await cluster.resume();
    expect((await list(cluster)).items).toHaveLength(6);
  });

  it('takes permissions and tokens away and gives them back', async () => {
    const restore = cluster.access.deny(({ verb }) => verb === 'watch');
    expect((await ask(cluster, eventsPath('watch=1'))).status).toBe(403);
    restore();
    cluster.access.revoke(cluster.token);
    expect((await ask(cluster, eventsPath())).status).toBe(401);
    cluster.access.allow({ name: 'later', token: cluster.token });
    expect((await ask(cluster, eventsPath())).status).toBe(200);
    expect(cluster.requests.records.at(-1)).toMatchObject({
      verb: 'list',
      resource: 'events',
      user: 'later',
      status: 200,
    });
    expect(cluster.requests.counts).toEqual({ watch: 1, list: 2 });
  });

  it('stores what no real server would', async () => {
    const hostile = JSON.parse(
      '{"metadata":{"name":"h.1","namespace":"shop"},"__proto__":{"x":1},"note":null,"eventTime":"never"}',
    );
    cluster.createVerbatim(hostile);
    const stream = await watch(cluster, 'resourceVersion=306');
    expect(JSON.stringify((await stream.next()).object)).toContain('"eventTime":"never"');
    const text = await (await ask(cluster, eventsPath('limit=500'))).text();
    expect(text).toContain('"__proto__":{"x":1}');
    stream.close();
  });

  it('counts every watch that is open', async () => {
    const streams = await Promise.all([watch(cluster, ''), watch(cluster, ''), watch(cluster, '', 'shop')]);
    await until(() => cluster.watcherCount === 3);
    await burst(cluster, 10);
    for (const stream of streams) stream.close();
    await until(() => cluster.watcherCount === 0);
  });
});
