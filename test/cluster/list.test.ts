import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Cluster, startCluster } from '../../lib/local/cluster/index.ts';
import { ask, eventsPath, json, list, podEvent } from './client.ts';

let cluster: Cluster;
beforeEach(async () => {
  cluster = await startCluster();
});
afterEach(() => cluster.close());

const names = (body: Awaited<ReturnType<typeof list>>) => body.items.map((item) => item.metadata.name);

describe('a list', () => {
  it('is in key order, not in the order of writing, and carries the newest version', async () => {
    cluster.create(podEvent('b.1', {}, 'shop'));
    cluster.create(podEvent('a.1', {}, 'shop'));
    cluster.create(podEvent('z.1', {}, 'bank'));
    const body = await list(cluster);
    expect(names(body)).toEqual(['z.1', 'a.1', 'b.1']);
    expect(body.metadata).toEqual({ resourceVersion: '303' });
    expect(body.items.map((item) => item.metadata.resourceVersion)).toEqual(['303', '302', '301']);
  });

  it('covers one namespace and not its namesakes', async () => {
    for (const namespace of ['shop', 'shop-2', 'sho']) cluster.create(podEvent('a.1', {}, namespace));
    expect((await list(cluster, '', 'shop')).items.map((item) => item.metadata.namespace)).toEqual(['shop']);
    expect(names(await list(cluster, '', 'nowhere'))).toEqual([]);
  });

  it('shows the same stored event in both APIs', async () => {
    cluster.create(podEvent('a.1'));
    const [ours] = (await list(cluster)).items;
    const core = await json(await ask(cluster, '/api/v1/namespaces/shop/events'));
    expect(core.items[0]).toMatchObject({
      metadata: ours?.metadata,
      involvedObject: ours?.regarding,
      message: ours?.note,
      count: ours?.deprecatedCount,
      source: ours?.deprecatedSource,
    });
  });
});

describe('pages', () => {
  it('together are the list as it was at the first page, whatever is written meanwhile', async () => {
    for (const letter of 'abcdefgh') cluster.create(podEvent(`${letter}.1`));
    const first = await list(cluster, 'limit=3', 'shop');
    expect(first.metadata).toMatchObject({ resourceVersion: '308', remainingItemCount: 5 });
    cluster.delete({ namespace: 'shop', name: 'd.1' });
    cluster.create(podEvent('dd.1'));
    cluster.bump({ namespace: 'shop', name: 'e.1' });
    const seen = [...first.items];
    let page = first;
    while (page.metadata.continue !== undefined) {
      page = await list(cluster, `limit=3&continue=${page.metadata.continue}`, 'shop');
      expect(page.metadata.resourceVersion).toBe('308');
      seen.push(...page.items);
    }
    expect(seen.map((item) => item.metadata.name)).toEqual(['a.1', 'b.1', 'c.1', 'd.1', 'e.1', 'f.1', 'g.1', 'h.1']);
    expect(seen[4]).toMatchObject({ deprecatedCount: 1, metadata: { resourceVersion: '305' } });
    expect(names(await list(cluster, '', 'shop'))).toEqual(['a.1', 'b.1', 'c.1', 'dd.1', 'e.1', 'f.1', 'g.1', 'h.1']);
  });

  it('expire with their history and then offer a token that goes on inconsistently', async () => {
    for (const letter of 'abcd') cluster.create(podEvent(`${letter}.1`));
    const first = await list(cluster, 'limit=2');
    cluster.create(podEvent('cc.1'));
    cluster.compact();
    const response = await ask(cluster, eventsPath(`limit=2&continue=${first.metadata.continue}`));
    expect(response.status).toBe(410);
    const status = await json(response);
    expect(status).toMatchObject({ reason: 'Expired', code: 410, metadata: { continue: expect.any(String) } });
    const rest = await list(cluster, `continue=${status.metadata.continue}`);
    expect(names(rest)).toEqual(['c.1', 'cc.1', 'd.1']);
    expect(rest.metadata.resourceVersion).toBe('305');
  });

  it('count no remaining items when a selector is given', async () => {
    for (const letter of 'abcd') cluster.create(podEvent(`${letter}.1`));
    const page = await list(cluster, 'limit=2&fieldSelector=type%3DWarning');
    expect(page.metadata.continue).toBeDefined();
    expect(page.metadata.remainingItemCount).toBeUndefined();
  });
});

describe('a resourceVersion', () => {
  beforeEach(() => {
    cluster.create(podEvent('a.1'));
    cluster.create(podEvent('b.1'));
    cluster.create(podEvent('c.1'));
  });

  it.each([
    ['resourceVersion=0', 3, '303'],
    ['resourceVersion=301', 3, '303'],
    ['resourceVersion=301&resourceVersionMatch=NotOlderThan', 3, '303'],
    ['resourceVersion=302&resourceVersionMatch=Exact', 2, '302'],
    ['resourceVersion=302&limit=10', 2, '302'],
    ['resourceVersion=302&limit=10&resourceVersionMatch=NotOlderThan', 3, '303'],
  ])('%s reads %i events at %s', async (query, count, version) => {
    const body = await list(cluster, query);
    expect(body.items).toHaveLength(count);
    expect(body.metadata.resourceVersion).toBe(version);
  });

  it('that is compacted cannot be read exactly', async () => {
    cluster.compact();
    cluster.create(podEvent('d.1'));
    const response = await ask(cluster, eventsPath('resourceVersion=302&resourceVersionMatch=Exact'));
    expect(response.status).toBe(410);
    expect(await json(response)).toMatchObject({
      reason: 'Expired',
      message: 'The resourceVersion for the provided list is too old.',
    });
  });
});

describe('a field selector', () => {
  beforeEach(() => {
    cluster.create(podEvent('a.1'));
    cluster.create(podEvent('b.1', { type: 'Normal', reason: 'Pulled' }));
    cluster.create(podEvent('c.1', { involvedObject: { kind: 'Node', name: 'n', apiVersion: 'v1' } }, 'default'));
  });

  it.each([
    ['type=Warning', ['c.1', 'a.1']],
    ['type!=Warning', ['b.1']],
    ['reason=Pulled,type=Normal', ['b.1']],
    ['regarding.kind=Node', ['c.1']],
    ['metadata.namespace=default', ['c.1']],
    ['metadata.name=a.1', ['a.1']],
    ['reportingController==kubelet', ['c.1', 'a.1', 'b.1']],
  ])('%s chooses %j', async (selector, expected) => {
    expect(names(await list(cluster, `fieldSelector=${encodeURIComponent(selector)}`))).toEqual(expected);
  });

  it('uses the core names in the core API', async () => {
    const query = encodeURIComponent('involvedObject.kind=Node,source=kubelet');
    const body = await json(await ask(cluster, `/api/v1/events?fieldSelector=${query}`));
    expect(body.items).toHaveLength(1);
  });
});

describe('compression', () => {
  const raw = { headers: { 'accept-encoding': 'gzip' } };

  it('is used for large lists only', async () => {
    cluster.create(podEvent('a.1'));
    expect((await ask(cluster, eventsPath(), raw)).headers.get('content-encoding')).toBeNull();
    for (let at = 0; at < 200; at += 1) cluster.create(podEvent(`b.${at}`));
    const response = await ask(cluster, eventsPath(), raw);
    expect(response.headers.get('content-encoding')).toBe('gzip');
    expect((await json(response)).items).toHaveLength(201);
  });

  it('can be switched off', async () => {
    const plain = await startCluster({ gzip: false });
    for (let at = 0; at < 200; at += 1) plain.create(podEvent(`b.${at}`));
    expect((await ask(plain, eventsPath(), raw)).headers.get('content-encoding')).toBeNull();
    await plain.close();
  });
});

describe('text that JSON must escape', () => {
  it('is escaped as Go does it, and arrives unchanged', async () => {
    const message = '<a href="x">&amp;\u2028 é 漢 🚀</a>';
    cluster.create(podEvent('a.1', { message }));
    const text = await (await ask(cluster, eventsPath())).text();
    expect(text).toContain('\\u003ca href=\\"x\\"\\u003e\\u0026amp;\\u2028 é 漢 🚀\\u003c/a\\u003e');
    expect((await list(cluster)).items[0]?.note).toBe(message);
  });
});
