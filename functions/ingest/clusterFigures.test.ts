import { Metrics } from '@aws-lambda-powertools/metrics';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { classify } from '../../lib/events/classify.ts';
import { readEvent } from '../../lib/events/readEvent.ts';
import { toHistoryItem } from '../../lib/store/historyItem.ts';
import { clusterFiguresOf, reportClusterFigures } from './clusterFigures.ts';

function item(reason: string, type: string, { kind = 'Pod', backlog = false } = {}) {
  const raw = {
    metadata: { name: 'a.1', namespace: 'shop', uid: 'u' },
    regarding: { kind, namespace: 'shop', name: 'a' },
    reason,
    type,
    eventTime: '2026-11-20T10:00:00.000000Z',
    reportingController: 'test',
  };
  const record = readEvent(raw);
  return toHistoryItem({ cluster: 'prod', record, classification: classify(record), raw, backlog, retentionDays: 30 });
}

afterEach(() => vi.restoreAllMocks());

describe('figures of a cluster', () => {
  it('count warnings and the reasons that alarms are about', () => {
    expect(
      clusterFiguresOf([
        item('FailedScheduling', 'Warning'),
        item('FailedScheduling', 'Warning'),
        item('KernelOops', 'Warning', { kind: 'Node' }),
        item('NotReady', 'Warning', { kind: 'Certificate' }),
        item('Pulled', 'Normal'),
      ]),
    ).toEqual({ Warnings: 4, FailedScheduling: 2, KernelOops: 1, CertificateNotReady: 1 });
  });

  it('leave out what happened before anybody was watching', () => {
    expect(clusterFiguresOf([item('FailedScheduling', 'Warning', { backlog: true })])).toEqual({});
  });

  it('are written with the cluster beside the service, where the alarms look', () => {
    const lines: string[] = [];
    vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
    vi.stubEnv('POWERTOOLS_DEV', 'true'); // prints through the console that is spied on
    vi.stubEnv('POWERTOOLS_METRICS_DISABLED', 'false');
    const metrics = new Metrics({ namespace: 'KubeEventForwarder/kef', serviceName: 'ingest' });
    reportClusterFigures(metrics, 'prod', [item('FailedScheduling', 'Warning')]);
    vi.unstubAllEnvs();
    const reports = lines.map((line) => JSON.parse(line));
    expect(reports).toMatchObject([
      { service: 'ingest', cluster: 'prod', Warnings: 1 },
      { service: 'ingest', cluster: 'prod', FailedScheduling: 1 },
    ]);
    expect(reports[0]._aws.CloudWatchMetrics).toMatchObject([
      { Namespace: 'KubeEventForwarder/kef', Dimensions: [['service', 'cluster']], Metrics: [{ Name: 'Warnings' }] },
    ]);
  });
});
