import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clusterListBytes, encodeClusterList, isOnClusterList } from './clusterList.ts';

const ids = fc.uniqueArray(fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/), { maxLength: 50 });

describe('a cluster list', () => {
  it('has the clusters it was made of and no other', () => {
    fc.assert(
      fc.property(ids, fc.nat(50), (all, cut) => {
        const listed = all.slice(0, cut);
        const list = encodeClusterList(listed);
        expect(list).toHaveLength(listed.length * clusterListBytes);
        expect(all.filter((id) => isOnClusterList(list, id))).toEqual(listed);
      }),
    );
  });

  it('is the same in whatever order the clusters come', () => {
    expect(encodeClusterList(['b', 'a', 'c'])).toBe(encodeClusterList(['c', 'b', 'a']));
  });

  it('lets nobody in when it is empty', () => {
    expect(isOnClusterList('', 'prod')).toBe(false);
  });

  it('looks at whole entries, not at text that happens to straddle two', () => {
    const list = encodeClusterList(['a', 'b']);
    const straddling = list.slice(4, 12);
    expect([0, 8].map((at) => list.slice(at, at + 8))).not.toContain(straddling);
    expect(isOnClusterList(straddling, 'a')).toBe(false);
  });
});
