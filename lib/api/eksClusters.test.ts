import { describe, expect, it } from 'vitest';
import { encodeEksNames, maxEksNamesLength, readEksArns } from './eksClusters.ts';

const here = 'arn:aws:eks:eu-west-1:111122223333:cluster/';

describe('names of EKS clusters', () => {
  it('become ARNs in the backend’s place, or in their own', () => {
    const names = new Map([
      ['prod', { name: 'prod-eks' }],
      ['us', { name: 'us_eks', region: 'us-east-1' }],
      ['team', { name: 'team', region: 'us-east-1', account: '444455556666' }],
    ]);
    const arnOf = readEksArns(encodeEksNames(names), here);
    expect(['prod', 'us', 'team', 'lab'].map(arnOf)).toEqual([
      'arn:aws:eks:eu-west-1:111122223333:cluster/prod-eks',
      'arn:aws:eks:us-east-1:111122223333:cluster/us_eks',
      'arn:aws:eks:us-east-1:444455556666:cluster/team',
      undefined,
    ]);
  });

  it('keep the partition', () => {
    const arnOf = readEksArns(encodeEksNames(new Map([['a', { name: 'b' }]])), here.replace('aws', 'aws-cn'));
    expect(arnOf('a')).toBe('arn:aws-cn:eks:eu-west-1:111122223333:cluster/b');
  });

  it('may be none', () => {
    expect(readEksArns(encodeEksNames(new Map()), here)('prod')).toBeUndefined();
  });

  it('fit into the environment for 200 clusters with names as people give them', () => {
    const names = Array.from({ length: 200 }, (_, i) => {
      const place = `${['shop', 'data', 'core', 'edge'][i % 4]}-${['prod', 'stage', 'dev'][i % 3]}-${i}`;
      return [place, { name: `${place}-eks` }] as const;
    });
    expect(encodeEksNames(new Map(names)).length).toBeLessThan(maxEksNamesLength);
  });
});
