import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Cluster, startCluster } from '../../lib/local/cluster/index.ts';
import { asObject, type JsonObject } from '../../lib/local/cluster/json.ts';
import { ask, json } from './client.ts';

/** Answers of kube-apiserver v1.36.3, recorded with curl (which is why they are indented). */
const answers: { request: string; user: string; status: number; body: string }[] = read('recordedAnswers.json');
/** Events that real components wrote, as the same server answers them in both APIs. */
const events: { core: string; events: string }[] = read('recordedEvents.json');

function read<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8')) as T;
}

let cluster: Cluster;
let now = Date.now();
beforeAll(async () => {
  cluster = await startCluster({ now: () => now, resourceVersion: 305 });
  cluster.access.allow({ name: 'nobody', token: 'nobody', may: () => false });
});
afterAll(() => cluster.close());

describe('answers have the bytes of a real API server', () => {
  it.each(answers.map((answer) => [`${answer.status} ${answer.user} ${answer.request}`, answer] as const))(
    '%s',
    async (_name, { request, user, status, body }) => {
      const tokens: Record<string, string> = {
        admin: `Bearer ${cluster.token}`,
        nobody: 'Bearer nobody',
        unknown: 'Bearer x',
      };
      const authorization = tokens[user];
      const response = await fetch(cluster.url + request, {
        headers: { 'user-agent': 'curl/8', ...(authorization === undefined ? {} : { authorization }) },
      });
      const text = await response.text();
      expect(response.status).toBe(status);
      expect(versionless(text)).toBe(versionless(body));
      expect(response.headers.get('cache-control')).toBe('no-cache, private');
      expect(response.headers.get('audit-id')).toMatch(/^[0-9a-f-]{36}$/);
    },
  );

  it('and are compact for clients that are no people', async () => {
    const text = await (await ask(cluster, '/apis/events.k8s.io/v1/namespaces/none/events')).text();
    expect(text).toBe(
      '{"kind":"EventList","apiVersion":"events.k8s.io/v1","metadata":{"resourceVersion":"305"},"items":[]}\n',
    );
  });
});

describe('events have the bytes of a real API server', () => {
  it.each(events.map((event, at) => [`${at} ${titleOf(event.core)}`, event] as const))(
    '%s',
    async (_name, recorded) => {
      const core = asObject(JSON.parse(recorded.core));
      const metadata = asObject(core.metadata);
      const [managed] = metadata.managedFields as JsonObject[];
      now = Date.parse(String(managed?.time));
      const { managedFields: _computedByUs, resourceVersion: _givenByUs, ...given } = metadata;
      const isNewApi = managed?.apiVersion !== 'v1';
      const manifest = isNewApi ? asObject(JSON.parse(recorded.events)) : core;
      const { namespace, name, resourceVersion } = cluster.create({ ...manifest, metadata: given });

      const item = async (path: string) => {
        const query = `fieldSelector=metadata.name%3D${name}`;
        const body = await json(await ask(cluster, `${path}/namespaces/${namespace}/events?${query}`));
        return JSON.stringify(body.items[0]);
      };
      const withVersion = (text: string) =>
        text.replace(
          `"resourceVersion":"${String(metadata.resourceVersion)}"`,
          `"resourceVersion":"${resourceVersion}"`,
        );
      expect(await item('/api/v1')).toBe(withVersion(JSON.stringify(core)));
      expect(await item('/apis/events.k8s.io/v1')).toBe(withVersion(recorded.events));
    },
  );
});

/** Versions of the recorded cluster, JSON positions of Go's parser and user names differ by nature. */
function versionless(text: string): string {
  return text.replace(/current: \d+/, 'current: N').replace(/"resourceVersion": "\d+"/, '"resourceVersion": "N"');
}

function titleOf(core: string): string {
  const { reason, reportingComponent, involvedObject } = asObject(JSON.parse(core));
  return `${String(reason)} of ${String(reportingComponent)} on ${String(asObject(involvedObject).kind)}`;
}
