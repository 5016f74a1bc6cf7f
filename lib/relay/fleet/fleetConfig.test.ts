import { describe, expect, test } from 'vitest';
import { KefError } from '../../errors.ts';
import { parseFleetConfig } from './fleetConfig.ts';

const api = 'api_url: https://abc123.execute-api.us-west-2.amazonaws.com\n';

function problems(yaml: string, env: Record<string, string> = {}): string[] {
  try {
    parseFleetConfig(yaml, { env });
  } catch (error) {
    if (!(error instanceof KefError) || error.code !== 'ConfigInvalid') throw error;
    return error.message
      .split('\n')
      .slice(1)
      .map((line) => line.trim());
  }
  return [];
}

test('without a list the file is one cluster, as ever', () => {
  const { clusters, isList, listen } = parseFleetConfig(`${api}cluster_id: prod\nlisten: :9090\n`);
  expect(isList).toBe(false);
  expect(listen).toBe(':9090');
  expect(clusters).toMatchObject([{ cluster_id: 'prod', aws_region: 'us-west-2' }]);
});

test('what stands beside the list is the default of each cluster, and each may differ in anything', () => {
  const { clusters, isList } = parseFleetConfig(`${api}
event_types: [Warning]
aws_region: us-west-2
dead_letter_file: /data/dead-letters.ndjson
clusters:
  - cluster_id: prod
    kubeconfig: /etc/prod
    context: admin
  - cluster_id: stage
    event_types: []
    min_severity: high
    api_url: https://def456.execute-api.eu-west-1.amazonaws.com
`);
  expect(isList).toBe(true);
  expect(clusters).toMatchObject([
    {
      cluster_id: 'prod',
      kubeconfig: '/etc/prod',
      context: 'admin',
      event_types: ['Warning'],
      aws_region: 'us-west-2',
    },
    {
      cluster_id: 'stage',
      event_types: [],
      min_severity: 'high',
      aws_region: 'eu-west-1',
      dead_letter_file: '/data/dead-letters-stage.ndjson',
    },
  ]);
});

describe('what is wrong with a list', () => {
  test('is named all at once, each with its place', () => {
    expect(
      problems(`${api}
cluster_id: old
clusters:
  - cluster_id: prod
    min_severity: severe
  - {}
  - prod
  - cluster_id: prod-2
    kubekonfig: x
    listen: :9090
  - cluster_id: same
  - cluster_id: same
`),
    ).toEqual([
      'cluster_id: with clusters, each cluster of the list has its own; remove this one (or CLUSTER_ID)',
      expect.stringMatching(/^clusters\[0\] \(prod\): min_severity: .*got "severe"/),
      'clusters[1]: cluster_id is required',
      'clusters[2]: expected a mapping of settings such as cluster_id: prod-us-west-2',
      'clusters[3] (prod-2): listen is a setting of the process: put it beside clusters',
      'clusters[3] (prod-2): kubekonfig: there is no such setting; did you mean kubeconfig?',
      'clusters[5]: cluster_id same is in the list twice; each cluster has an id of its own',
    ]);
  });

  test.each([['clusters: []'], ['clusters: prod'], ['clusters:']])('%s is no list of clusters', (yaml) => {
    expect(problems(`${api}${yaml}\n`)).toEqual([expect.stringContaining('expected a list with at least one cluster')]);
  });

  test('CLUSTER_ID cannot mean one of several', () => {
    expect(problems(`${api}clusters: [{ cluster_id: prod }]\n`, { CLUSTER_ID: 'x' })).toEqual([
      expect.stringContaining('or CLUSTER_ID'),
    ]);
  });
});
