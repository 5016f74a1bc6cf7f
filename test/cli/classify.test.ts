import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { standardEventSchema } from '../../lib/events/standardEvent.ts';
import { runKef, warningEvent } from './localRun.ts';

const lines = (text: string) => text.split('\n').filter(Boolean);

describe('kef classify', () => {
  it.each(['real-core-v1.ndjson', 'real-events-v1.ndjson'])(
    'prints one standard event per recorded event of a real API server, in order: %s',
    async (file) => {
      const path = `test/fixtures/events/${file}`;
      // A DELETED line is an event's expiry, not an occurrence.
      const inputs = lines(readFileSync(path, 'utf8'))
        .map((line) => JSON.parse(line))
        .filter(({ type }) => type !== 'DELETED');
      const { code, stdout, stderr } = await runKef(['classify', path]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      const events = lines(stdout).map((line) => standardEventSchema.parse(JSON.parse(line)));
      expect(events).toHaveLength(inputs.length);
      const names = inputs.map((input) => (input.object ?? input).metadata.uid);
      expect(events.map((event) => event.labels.event_uid)).toEqual(names);
    },
  );

  it('reports bad input with its line, goes on with the rest, and exits 1', async () => {
    const input = [JSON.stringify(warningEvent()), 'hello', '{"kind":"Event"}', JSON.stringify(warningEvent())].join(
      '\n',
    );
    const { code, stdout, stderr } = await runKef(['classify', '-', '--cluster-id', 'prod'], { input });
    expect(code).toBe(1);
    expect(lines(stdout)).toHaveLength(2);
    expect(lines(stderr)).toEqual([
      expect.stringMatching(/^kef classify: line 2: .+\(EventTextInvalid\)$/),
      expect.stringMatching(/^kef classify: line 3: .+\(EventFieldMissing\)$/),
    ]);
    expect(JSON.parse(lines(stdout)[0] ?? '')).toMatchObject({ severity: 'critical', clusterId: 'prod' });
  });

  it('masks secrets and refuses events about Secret objects', async () => {
    const input = [
      JSON.stringify(warningEvent({ note: 'login with password=hunter2secret failed' })),
      JSON.stringify(warningEvent({ regarding: { kind: 'Secret', namespace: 'shop', name: 'db' } })),
    ].join('\n');
    const { code, stdout, stderr } = await runKef(['classify'], { input });
    expect(code).toBe(1);
    expect(stdout).not.toContain('hunter2secret');
    expect(lines(stdout)).toHaveLength(1);
    expect(stderr).toContain('line 2');
    expect(stderr).toContain('EventSecretRefused');
  });

  it('exits 2 for a file that cannot be read, and says what to do', async () => {
    const { code, stderr } = await runKef(['classify', '/no/such/file']);
    expect(code).toBe(2);
    expect(stderr).toContain('/no/such/file');
  });
});

describe('kef', () => {
  it.each([[[]], [['local']], [['classify']], [['events']], [['incidents']], [['relay']]])(
    'explains itself: %j --help',
    async (command) => {
      const { code, stdout } = await runKef([...command, '--help']);
      expect(code).toBe(0);
      expect(stdout).toMatch(/Usage: /);
    },
  );

  it.each([
    [['nonsense'], 'nonsense'],
    [['local', '--port', '99999'], '65535'],
    [['local', '--source', 'moon'], 'moon'],
    [['local', '--speed', '0'], 'above 0'],
    [['events'], '--api-url'],
    [['events', '--api-url', 'ftp://x'], 'ftp://x'],
    [['local', '--source', 'kubeconfig', '--kubeconfig', '/no/such/config'], '/no/such/config'],
    [['relay'], 'api_url'],
  ])('exits 2 and names the mistake: %j', async (args, named) => {
    const { code, stderr } = await runKef(args);
    expect(code).toBe(2);
    expect(stderr).toContain(named);
  });
});
