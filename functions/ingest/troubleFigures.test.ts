import { Metrics } from '@aws-lambda-powertools/metrics';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { classify } from '../../lib/events/classify.ts';
import { readEvent } from '../../lib/events/readEvent.ts';
import { toHistoryItem } from '../../lib/store/historyItem.ts';
import { reportTroubles, troubleReasons, troublesOf } from './troubleFigures.ts';

function item(reason: string, type: string, { backlog = false, message = '' } = {}) {
  const raw = {
    metadata: { name: 'a.1', namespace: 'shop', uid: 'u' },
    regarding: { kind: 'Pod', namespace: 'shop', name: 'a' },
    reason,
    type,
    note: message,
    eventTime: '2026-11-20T10:00:00.000000Z',
    reportingController: 'kubelet',
  };
  const record = readEvent(raw);
  return toHistoryItem({ cluster: 'prod', record, classification: classify(record), raw, backlog, retentionDays: 30 });
}

afterEach(() => vi.restoreAllMocks());

describe('troubles of a cluster', () => {
  it('are counted by effective reason, whatever their type; routine and backlog are not', () => {
    const crash = { message: 'Back-off restarting failed container app in pod a_shop(u)' };
    const items = [
      item('BackOff', 'Warning', crash),
      item('BackOff', 'Warning', crash),
      item('BackOff', 'Normal', { message: 'Back-off pulling image "web:9"' }),
      item('BackOff', 'Warning', { ...crash, backlog: true }),
      item('Pulled', 'Normal'),
    ];
    expect(Object.fromEntries(troublesOf(items))).toEqual({ CrashLoopBackOff: 2, ImagePullBackOff: 1 });
  });

  it('have a bounded number of names, however many reasons somebody invents', () => {
    const invented = Array.from({ length: 500 }, (_, n) => item(`Invented${n}`, 'Warning'));
    expect(Object.fromEntries(troublesOf(invented))).toEqual({ other: 500 });
    expect(troubleReasons.length).toBeLessThanOrEqual(14);
  });

  it('are written in total and by reason, with a zero for a quiet batch', () => {
    const lines: string[] = [];
    vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
    vi.stubEnv('POWERTOOLS_DEV', 'true'); // prints through the console that is spied on
    vi.stubEnv('POWERTOOLS_METRICS_DISABLED', 'false');
    const metrics = new Metrics({ namespace: 'KubeEventForwarder/kef', serviceName: 'ingest' });
    reportTroubles(metrics, 'prod', [item('FailedMount', 'Warning'), item('FailedMount', 'Warning')]);
    reportTroubles(metrics, 'prod', []);
    vi.unstubAllEnvs();
    const reports = lines.map((line) => JSON.parse(line));
    expect(reports).toMatchObject([
      { service: 'ingest', cluster: 'prod', Troubles: 2 },
      { service: 'ingest', cluster: 'prod', reason: 'FailedMount', Troubles: 2 },
      { service: 'ingest', cluster: 'prod', Troubles: 0 },
    ]);
    const dimensions = reports.map(({ _aws }) => _aws.CloudWatchMetrics[0].Dimensions);
    expect(dimensions).toEqual([
      [['service', 'cluster']],
      [['service', 'cluster', 'reason']],
      [['service', 'cluster']],
    ]);
  });
});
