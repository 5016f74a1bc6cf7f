import { describe, expect, it } from 'vitest';
import { captureCommands, complaints, file, output, pathTo } from '../../test/cli/capture.ts';
import { coreEvent } from '../../test/fixtures/events/builders.ts';
import { explainCommand } from './explain.ts';
import { rulesCommand } from './rules.ts';

captureCommands();

const explain = (...args: string[]) => explainCommand().exitOverride().parseAsync(args, { from: 'user' });
const check = (...args: string[]) =>
  rulesCommand()
    .exitOverride()
    .parseAsync(['check', ...args], { from: 'user' });
const events = (...list: object[]) => file('events.ndjson', list.map((event) => JSON.stringify(event)).join('\n'));

describe('kef explain', () => {
  it('says which rule decided and why, what it means and what to do, with the object’s names filled in', async () => {
    await explain(events(coreEvent()));
    expect(output).toContain('CRITICAL  CrashLoopBackOff on Pod shop/web-7d8f9c6b5d-x2x4z, 7 times');
    expect(output).toContain('reason    CrashLoopBackOff (written as BackOff)');
    expect(output).toContain(
      'rule      kubelet/BackOff/crash-loop (built in), because reason is BackOff, kind is Pod, message has /',
    );
    expect(output).toContain('$ kubectl -n shop logs web-7d8f9c6b5d-x2x4z --all-containers --previous --tail=100');
    expect(output).toMatch(/^means {5}A container keeps exiting/m);
    expect(output).toMatch(/^remedy {4}\S/m);
    expect(process.exitCode).toBeUndefined();
  });

  it('shows the user’s rules before the built-in one, and what each stated', async () => {
    const rules = file(
      'kef.config.yaml',
      `clusters: [{ id: prod }]
rules:
  - id: shop-team
    match: { namespace: shop }
    tags: { team: shop, owner: ana }
    runbook: https://runbooks.example.com/shop
    continue: true
  - id: nights
    match: { reason: CrashLoopBackOff, name: web-* }
    severity: high
    silence: { from: '13:00', to: '14:00' }
`,
    );
    await explain(events(coreEvent()), '--rules', rules);
    expect(output).toContain('HIGH      CrashLoopBackOff');
    const lines = output.split('\n').filter((line) => line.startsWith('rule '));
    expect(lines[0]).toContain('shop-team (yours, states tags, runbook), because namespace is shop');
    expect(lines[1]).toContain(
      'nights (yours, states severity, silence), because reason BackOff is what CrashLoopBackOff means',
    );
    expect(lines[2]).toContain('kubelet/BackOff/crash-loop (built in)');
    expect(output).toContain('tags      team=shop owner=ana');
    expect(output).toContain('runbook   https://runbooks.example.com/shop');
    expect(output).toContain('silent    ');
  });

  it('prints one JSON object per event on demand, and leaves out what is less severe', async () => {
    const routine = coreEvent({ reason: 'Scheduled', type: 'Normal', message: 'Successfully assigned' });
    await explain(events(routine, coreEvent()), '-o', 'json', '--min-severity', 'high');
    const [explanation, ...others] = output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(others).toEqual([]);
    expect(explanation).toMatchObject({
      line: 2,
      event: { reason: 'BackOff' },
      classification: { severity: 'critical', effectiveReason: 'CrashLoopBackOff', rule: 'kubelet/BackOff/crash-loop' },
      rules: [{ rule: 'kubelet/BackOff/crash-loop', isUserRule: false }],
      family: 'kubelet',
    });
  });

  it('has little to say about routine', async () => {
    await explain(events(coreEvent({ reason: 'Pulling', type: 'Normal', message: 'Pulling image "x"' })));
    expect(output).toContain('INFO      Pulling');
    expect(output).toContain('remedy    Routine: nothing to do.');
    expect(output).not.toContain('causes');
  });

  it('explains what no table knows by the generic rules', async () => {
    await explain(events(coreEvent({ reason: 'ZebraCrossed', message: 'stripes' })));
    expect(output).toContain('LOW       ZebraCrossed');
    expect(output).toContain('generic/*/warning (built in)');
    expect(output).toContain('category  workload, Reasons that no table knows');
  });

  it('lets no control code of a message reach the terminal', async () => {
    await explain(events(coreEvent({ reason: 'Odd\u001b[2J', message: 'line\nbreak \u001b[31mred\u202e' })));
    expect(output).not.toMatch(/\u001b|\u202e/);
    expect(output).toContain('line break');
  });

  it('quotes names that a shell would read as more than a name', async () => {
    const subject = { kind: 'Pod', namespace: 'shop', name: '$(touch /tmp/x)' };
    await explain(events(coreEvent({ involvedObject: subject })));
    expect(output).toContain("describe pod '$(touch /tmp/x)'");
    expect(output).not.toContain('pod $(touch');
  });

  it('reports bad input by line, explains the rest, and exits with 1', async () => {
    await explain(file('mixed.ndjson', `{"kind":"Event"}\n${JSON.stringify(coreEvent())}\n`));
    expect(complaints).toContain('line 1: metadata');
    expect(output).toContain('CrashLoopBackOff');
    expect(process.exitCode).toBe(1);
  });

  it.each([
    ['SyncFailed', /HIGH {6}SyncFailed: Sync operation failed/],
    ['crashloopbackoff', /CRITICAL {2}CrashLoopBackOff/],
    ['FailedToSyncRecords', /a documented name of RecordError[\s\S]*HIGH {6}RecordError/],
    ['EnvoyNotReady', /Istio writes no event[\s\S]*Nearest: Unhealthy/],
  ])('looks up %s', async (reason, expected) => {
    await explain('--reason', reason);
    expect(output).toMatch(expected);
  });

  it('suggests a reason when it knows none of that name', async () => {
    await expect(explain('--reason', 'CrashLopBackOff')).rejects.toMatchObject({
      code: 'UsageInvalid',
      message: expect.stringContaining('Did you mean CrashLoopBackOff?'),
    });
  });

  it('refuses a file that is not there, and rules that are wrong', async () => {
    await expect(explain(pathTo('nowhere'))).rejects.toMatchObject({ code: 'UsageInvalid' });
    const rules = file('rules.yaml', '- match: { message: "a(?=b)" }\n  severity: urgent\n');
    await expect(explain(events(coreEvent()), '--rules', rules)).rejects.toMatchObject({ code: 'RuleInvalid' });
  });
});

describe('kef rules check', () => {
  it('has no warnings about good rules: exit 0', async () => {
    await check(file('rules.yaml', '- match: { namespace: batch-*, reason: BackoffLimitExceeded }\n  severity: low\n'));
    expect(output).toBe('1 rule, no warnings\n');
    expect(process.exitCode).toBeUndefined();
  });

  it('warns with file and line, as compilers do: exit 1', async () => {
    const path = file(
      'kef.config.yaml',
      `clusters:
  - id: prod
rules:
  - id: all
    match: { namespace: shop }
    severity: low
  - id: late
    match: { namespace: shop, kind: Pod, cluster: test }
    severity: high
`,
    );
    await check(path);
    expect(output).toContain(`${path}:7: warning: late: it never decides: all comes first`);
    expect(output).toContain(`${path}:7: warning: late: no cluster of this configuration is called "test"`);
    expect(output).toContain('2 rules, 2 warnings');
    expect(process.exitCode).toBe(1);
  });

  it('only notes what may be meant so: exit 0', async () => {
    await check(file('rules.json', JSON.stringify([{ match: { reason: 'ZebraCrossed' }, severity: 'high' }])));
    expect(output).toContain('note: rule 1: no known component writes "ZebraCrossed"');
    expect(process.exitCode).toBeUndefined();
  });

  it('prints findings for programs', async () => {
    await check(file('rules.yaml', 'rules:\n- match: { kind: pod }\n  severity: low\n'), '-o', 'json');
    expect(JSON.parse(output)).toEqual({
      line: 2,
      index: 0,
      rule: 'rule 1',
      kind: 'never',
      text: 'the kind is written Pod, not pod',
    });
  });

  it.each([
    ['an unknown severity', '- match: {}\n  severity: urgent\n', 'RuleInvalid', /must be one of info, low/],
    ['a pattern that looks ahead', '- match: { message: "a(?!b)" }\n  severity: low\n', 'RuleInvalid', /RE2/],
    ['a key that is mistyped', '- match: { namespaec: x }\n  severity: low\n', 'RuleInvalid', /did you mean namespace/],
    ['a file without rules', 'cluster_id: prod\n', 'ConfigInvalid', /has no rules/],
    ['a file that is not YAML', '- [\n', 'ConfigInvalid', /is not YAML/],
  ])('refuses %s: exit 2', async (_, content, code, message) => {
    await expect(check(file('rules.yaml', content))).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });
});
