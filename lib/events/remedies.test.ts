import { describe, expect, it } from 'vitest';
import { catalogueEntries } from './catalogue/catalogue.ts';
import { remedyFor } from './remedies.ts';

describe('remedyFor', () => {
  it.each([
    ['FailedScheduling', '0/7 nodes are available: 7 Insufficient cpu.', /add nodes/],
    ['FailedScheduling', '1 node(s) had untolerated taint {x: y}', /toleration/],
    ['FailedScheduling', 'something new', /the message lists why/],
    ['FailedCreate', 'exceeded quota: compute', /quota/],
    ['ErrImagePull', 'toomanyrequests: rate limit', /limits pulls/],
    ['Degraded', 'Updated health status: Healthy -> Degraded', /argocd app get/],
    ['SpotInterruption', 'x', /two minutes/],
  ])('%s, %s', (reason, message, expected) => {
    expect(remedyFor(reason, message)).toMatch(expected);
  });

  it('is silent about what it does not know', () => {
    expect(remedyFor('ZebraCrossed', '')).toBeUndefined();
    expect(remedyFor('constructor', '')).toBeUndefined();
  });

  it('has a sentence for most of what wakes people', () => {
    const critical = catalogueEntries().filter(({ classification }) => classification.severity === 'critical');
    const without = critical.filter(
      ({ event, classification }) => remedyFor(classification.effectiveReason, event.message) === undefined,
    );
    expect(without.length / critical.length).toBeLessThan(0.2);
  });
});
