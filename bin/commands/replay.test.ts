import { describe, expect, it } from 'vitest';
import { captureCommands, complaints, file, forgetOutput, output } from '../../test/cli/capture.ts';
import { replayCommand } from './replay.ts';

captureCommands();

function event(minute: number, count: number, name = 'web-0'): object {
  const time = `2026-05-04T10:${String(minute).padStart(2, '0')}:00Z`;
  return {
    metadata: { name: `${name}.1`, namespace: 'shop', uid: `e-${name}`, resourceVersion: String(1000 + minute) },
    regarding: { kind: 'Pod', namespace: 'shop', name },
    type: 'Warning',
    reason: 'BackOff',
    note: `Back-off restarting failed container app in pod ${name}_shop(u)`,
    reportingController: 'kubelet',
    deprecatedCount: count,
    deprecatedFirstTimestamp: time,
    deprecatedLastTimestamp: time,
  };
}

const watch = (...events: object[]) => events.map((object) => JSON.stringify({ type: 'ADDED', object })).join('\n');

async function run(...args: string[]): Promise<void> {
  await replayCommand().exitOverride().parseAsync(args, { from: 'user' });
}

describe('kef replay', () => {
  it('prints what would have been told, and the totals', async () => {
    await run(file('events.ndjson', watch(event(0, 1), event(1, 2), event(9, 3))));
    const lines = output.split('\n');
    expect(lines[0]).toMatch(/^TIME +WHAT +NOTIFY +SEVERITY +REASON +OBJECT +COUNT +MESSAGE/);
    expect(lines[1]).toMatch(
      /^2026-05-04T10:00:00Z +received +yes +critical +CrashLoopBackOff +shop\/statefulset\/web +1 +Back-off/,
    );
    expect(lines[2]).toMatch(
      /^2026-05-04T10:09:00Z +ongoing +- +critical +CrashLoopBackOff +shop\/statefulset\/web +3 /,
    );
    expect(output).toContain('3 events in, 1 incidents');
    expect(output).toContain('1 received, 1 ongoing, 0 escalated, 0 resolved, 0 storm');
    expect(output).toContain('notified    1: 66.7 % of the noise removed');
    expect(process.exitCode).toBeUndefined();
  });

  it('takes a list in the order in which it was written', async () => {
    await run(
      file('list.json', JSON.stringify({ kind: 'EventList', items: [event(5, 2), event(0, 1, 'api-0')] })),
      '-o',
      'json',
    );
    const rows = output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(rows.map(({ fingerprint }) => fingerprint)).toEqual([
      'local/shop/StatefulSet/api/CrashLoopBackOff',
      'local/shop/StatefulSet/web/CrashLoopBackOff',
      undefined,
    ]);
    expect(rows[2].totals).toMatchObject({ eventsIn: 2, notified: 2, noiseRatio: 0 });
  });

  it('tries rules from a list or a configuration file, and other settings', async () => {
    const events = file('events.ndjson', watch(event(0, 1), event(1, 2)));
    const rules = file('rules.yaml', 'rules:\n  - match: { namespace: shop }\n    severity: low\n');
    await run(events, '--rules', rules, '--notified');
    expect(output).toContain('notified    0: 100.0 % of the noise removed');
    expect(output).not.toContain('CrashLoopBackOff');
    forgetOutput();
    await run(events, '--incidents', '{"windowMs":1000}', '--cluster-id', 'prod');
    expect(output).toContain('1 received, 1 ongoing');
  });

  it('takes incident settings and the least severity of news from a configuration, as it is deployed', async () => {
    const events = file('events.ndjson', watch(event(0, 1), event(2, 2)));
    const config = (text: string) => file('kef.config.yaml', `clusters: [{ id: prod }]\n${text}`);
    await run(events, '--rules', config('incidents: { windowMinutes: 1 }\n'));
    expect(output).toContain('1 received, 1 ongoing');
    expect(output).toContain('notified    1');
    forgetOutput();
    const rules = 'rules:\n  - match: { namespace: shop }\n    severity: medium\n';
    await run(events, '--rules', config(`notify: { minSeverity: medium }\n${rules}`));
    expect(output).toContain('notified    1');
    forgetOutput();
    await run(events, '--rules', config(rules));
    expect(output).toContain('notified    0');
    await expect(run(events, '--rules', config('incidents: { windowMinuets: 1 }\n'))).rejects.toMatchObject({
      code: 'ConfigInvalid',
      message: expect.stringContaining('windowMinuets'),
    });
  });

  it('reports bad input and goes on', async () => {
    await run(file('mixed.ndjson', `${watch(event(0, 1))}\nnonsense\n{"metadata":{"name":"x"}}\n`));
    expect(complaints).toMatch(/line 2: .*EventTextInvalid/);
    expect(complaints).toMatch(/event 1: .*EventFieldMissing/);
    expect(output).toContain('2 events in (1 refused), 1 incidents');
    expect(process.exitCode).toBe(1);
  });

  it.each([
    [['/nowhere/events.json'], 'cannot read /nowhere/events.json'],
    [['--rules', '/nowhere/rules.yaml'], 'cannot read /nowhere/rules.yaml'],
    [['--incidents', '{"windowMs":"soon"}'], '--incidents must be incident settings: windowMs'],
    [
      ['--incidents', '{"windowMinutes":0}'],
      '--incidents must be incident settings: windowMinutes: must be more than 0',
    ],
    [['--incidents', 'soon'], '--incidents must be JSON of incident settings'],
  ])('refuses %j', async (args, message) => {
    const input = args[0]?.startsWith('--') ? [file('events.ndjson', watch(event(0, 1))), ...args] : args;
    await expect(run(...input)).rejects.toThrow(message);
  });

  it('names every mistake in the rules', async () => {
    const rules = file('rules.yaml', '- match: { message: "(" }\n  severity: low\n');
    const events = file('events.ndjson', watch(event(0, 1)));
    await expect(run(events, '--rules', rules)).rejects.toMatchObject({ code: 'RuleInvalid' });
    await expect(run(events, '--rules', file('none.yaml', 'severity: low'))).rejects.toThrow('has no rules');
  });
});
