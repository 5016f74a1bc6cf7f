import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { relayRoleName } from './relayRole.ts';

const forwarder = fc.stringMatching(/^[a-z][a-z0-9-]{0,30}$/);
const region = fc.constantFrom('us-east-1', 'eu-central-1', 'ap-southeast-2', 'us-gov-west-1');
const cluster = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/);
const parts = fc.record({ forwarder, region, cluster });

describe('the name of a relay role', () => {
  it('can be read', () => {
    expect(relayRoleName({ forwarder: 'kef', region: 'eu-west-1', cluster: 'prod' })).toBe('kef-relay.eu-west-1.prod');
  });

  it('is one that IAM takes', () => {
    fc.assert(
      fc.property(parts, (of) => {
        expect(relayRoleName(of)).toMatch(/^[\w+=,.@-]{1,64}$/);
      }),
    );
  });

  it('differs wherever forwarder, region or cluster differ', () => {
    fc.assert(
      fc.property(parts, parts, (a, b) => {
        expect(relayRoleName(a) === relayRoleName(b)).toBe(JSON.stringify(a) === JSON.stringify(b));
      }),
    );
  });

  it('keeps ids apart that differ past the cut', () => {
    const long = 'x'.repeat(62);
    const of = (id: string) => relayRoleName({ forwarder: 'kef', region: 'eu-west-1', cluster: id });
    expect(of(`${long}1`)).not.toBe(of(`${long}2`));
    expect(of(`${long}1`)).toHaveLength(64);
  });

  it.each([
    { forwarder: 'kef.prod', region: 'eu-west-1', cluster: 'a' },
    { forwarder: '', region: 'eu-west-1', cluster: 'a' },
    { forwarder: 'kef', region: 'eu-west-1', cluster: '../a' },
    { forwarder: 'kef', region: 'eu-west-1', cluster: '' },
  ])('is refused for %j', (of) => {
    expect(() => relayRoleName(of)).toThrow(expect.objectContaining({ code: 'ConfigInvalid' }));
  });
});
