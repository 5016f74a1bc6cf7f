import { describe, expect, test } from 'vitest';
import { KefError } from '../errors.ts';
import { configKeys, parseRelayConfig } from './config.ts';

const least = 'cluster_id: prod-us-west-2\napi_url: https://abc123.execute-api.us-west-2.amazonaws.com\n';

function problems(yaml: string): string[] {
  try {
    parseRelayConfig(yaml);
  } catch (error) {
    if (error instanceof KefError && error.code === 'ConfigInvalid')
      return error.message
        .split('\n')
        .slice(1)
        .map((line) => line.trim());
    throw error;
  }
  return [];
}

test('the least configuration gets every default, and the region from the URL', () => {
  expect(parseRelayConfig(least)).toMatchObject({
    cluster_id: 'prod-us-west-2',
    aws_region: 'us-west-2',
    namespaces: [],
    worker_count: 5,
    buffer_size: 1_000,
    batch_max_events: 500,
    linger: 500,
    max_event_age: 300_000,
    min_severity: 'info',
    listen: ':8080',
  });
});

test("the specification's sample file is accepted, with its bus URL replaced", () => {
  const config = parseRelayConfig(`
cluster_id: "prod-us-west-2"
kubeconfig: "/path/to/kubeconfig"
namespaces: []
resync_period: 30m
event_types:
  - "Warning"
reason_filters:
  - "OOMKilled"
  - "CrashLoopBackOff"
min_severity: "Warning"
worker_count: 5
buffer_size: 1000
message_bus_url: "https://abc123.execute-api.us-west-2.amazonaws.com"
`);
  expect(config).toMatchObject({
    min_severity: 'low',
    resync_period: 1_800_000,
    api_url: 'https://abc123.execute-api.us-west-2.amazonaws.com',
  });
});

describe('what is wrong', () => {
  test('is named all at once', () => {
    expect(
      problems('cluster_id: -bad-\nbufer_size: 5\nworker_count: 0\nmax_event_age: soon\nnamespaces: shop\n'),
    ).toEqual([
      expect.stringMatching(/^cluster_id: .*"-bad-"/),
      expect.stringMatching(/^namespaces: expected array.*"shop"/),
      expect.stringMatching(/^max_event_age: .*"soon"/),
      expect.stringMatching(/^worker_count: .*got 0/),
      'bufer_size: there is no such setting; did you mean buffer_size?',
      expect.stringMatching(/^api_url is required/),
    ]);
  });

  test.each([
    ['event_type: [Warning]', 'did you mean event_types?'],
    ['clusterId: x', 'did you mean cluster_id?'],
    ['signals: { pod: true }', 'signals.pod: there is no such setting; did you mean signals.pods?'],
    ['signals: { nodes: yes please }', 'signals.nodes: expected boolean'],
    ['linger: 2m', 'it must be 0s to 60s'],
    ['min_severity: Warnung', 'expected info, low, medium, high, critical'],
    ['message_bus_url: https://other.example.com', 'two names of one setting'],
    ['rules: [{ match: { message: "(" } }]', 'rules'],
    ['namespaces: [Shop]', 'namespaces.0'],
    ['batch_max_events: 501', 'batch_max_events'],
    ['event_types: [warning]', 'event_types.0'],
    ['listen: :70000', 'a port is at most 65535'],
  ])('%s is told with a way out', (yaml, message) => {
    expect(problems(`${least}${yaml}`).join('\n')).toContain(message);
  });
});

test('an empty kubeconfig is none', () => {
  expect(parseRelayConfig(`${least}kubeconfig: ""\ncontext: ""\n`)).toMatchObject({
    kubeconfig: undefined,
    context: undefined,
  });
});

test('flags win over the environment, the environment over the file', () => {
  const env = { CLUSTER_ID: 'from-env' };
  expect(parseRelayConfig(least, { env }).cluster_id).toBe('from-env');
  expect(parseRelayConfig(least, { env, flags: { cluster_id: 'from-flag' } }).cluster_id).toBe('from-flag');
  expect(parseRelayConfig(least, { env: { CLUSTER_ID: '' } }).cluster_id).toBe('prod-us-west-2');
});

test('keys are in the snake case of the specification', () => {
  for (const key of configKeys) expect(key).toMatch(/^[a-z]+(_[a-z]+)*$/);
});
