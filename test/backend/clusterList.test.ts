import { describe, expect, it } from 'vitest';
import { requireRelay } from '../../functions/ingest/requireRelay.ts';
import { encodeClusterList } from '../../lib/api/clusterList.ts';
import { apiRequest, relayArn, roleArn } from './requests.ts';

const backend = { forwarder: 'kef', region: 'us-east-1', accountId: '111122223333' };
const asking = (cluster: string, userArn: string) =>
  apiRequest({ route: 'GET /v1/clusters/{cluster}/position', path: { cluster }, userArn });

describe('the list of clusters', () => {
  const listed = { ...backend, clusterList: encodeClusterList(['prod', 'staging']) };

  it('lets in the relays of the clusters on it', () => {
    expect(requireRelay(asking('prod', relayArn('prod')), listed)).toBe('prod');
  });

  it('refuses a relay whose cluster was taken off, though its role is as it was', () => {
    expect(() => requireRelay(asking('old', relayArn('old')), listed)).toThrow(
      expect.objectContaining({ code: 'ClusterForbidden', message: expect.stringContaining('kef.config.yaml') }),
    );
  });

  it('tells nobody but the relay itself whether a cluster is on it', () => {
    expect(() => requireRelay(asking('old', roleArn('someone')), listed)).toThrow(
      /Only the relay role of cluster 'old'/,
    );
  });

  it('lets in nobody when it is empty, and everybody with a relay role when there is none', () => {
    expect(() => requireRelay(asking('prod', relayArn('prod')), { ...backend, clusterList: '' })).toThrow();
    expect(requireRelay(asking('prod', relayArn('prod')), backend)).toBe('prod');
  });
});
