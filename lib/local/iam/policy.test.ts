import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isAllowed, matchesWildcards, readPolicy } from './policy.ts';

const document = (...statements: object[]): object => ({ Version: '2012-10-17', Statement: statements });
const allow = {
  Effect: 'Allow',
  Action: 'execute-api:Invoke',
  Resource: 'arn:aws:execute-api:us-east-1:0:api/$default/GET/v1/*',
};

describe('isAllowed', () => {
  it.each<[string, object, string, string, boolean]>([
    [
      'an Allow that fits',
      document(allow),
      'execute-api:Invoke',
      'arn:aws:execute-api:us-east-1:0:api/$default/GET/v1/events',
      true,
    ],
    [
      'nothing said',
      document(allow),
      'execute-api:Invoke',
      'arn:aws:execute-api:us-east-1:0:api/$default/POST/v1/events',
      false,
    ],
    [
      'another action',
      document(allow),
      'dynamodb:Query',
      'arn:aws:execute-api:us-east-1:0:api/$default/GET/v1/events',
      false,
    ],
    [
      'actions ignore case',
      document({ Effect: 'Allow', Action: 'S3:put*', Resource: '*' }),
      's3:PutObject',
      'arn:aws:s3:::b/k',
      true,
    ],
    [
      'resources do not',
      document({ Effect: 'Allow', Action: '*', Resource: 'arn:aws:s3:::B' }),
      's3:ListBucket',
      'arn:aws:s3:::b',
      false,
    ],
    [
      'Deny wins',
      document({ Effect: 'Allow', Action: '*', Resource: '*' }, { Effect: 'Deny', Action: 's3:*', Resource: '*' }),
      's3:GetObject',
      'x',
      false,
    ],
    ['NotAction', document({ Effect: 'Allow', NotAction: 's3:*', Resource: '*' }), 'sns:Publish', 'x', true],
    ['NotResource', document({ Effect: 'Allow', Action: '*', NotResource: 'x' }), 'sns:Publish', 'x', false],
    [
      'a condition that holds',
      document({ Effect: 'Allow', Action: '*', Resource: '*', Condition: { Bool: { 'aws:SecureTransport': true } } }),
      'a:b',
      'x',
      true,
    ],
    [
      'a condition that fails',
      document({
        Effect: 'Allow',
        Action: '*',
        Resource: '*',
        Condition: { StringEquals: { 'aws:SecureTransport': 'no' } },
      }),
      'a:b',
      'x',
      false,
    ],
    [
      'a condition on something unknown',
      document({ Effect: 'Allow', Action: '*', Resource: '*', Condition: { StringLike: { 'aws:other': '*' } } }),
      'a:b',
      'x',
      false,
    ],
    [
      'IfExists on something unknown',
      document({
        Effect: 'Allow',
        Action: '*',
        Resource: '*',
        Condition: { StringLikeIfExists: { 'aws:other': '*' } },
      }),
      'a:b',
      'x',
      true,
    ],
  ])('%s', (_name, policy, action, resource, expected) => {
    const context = { 'aws:SecureTransport': 'true' };
    expect(isAllowed(readPolicy(policy, 'test'), { action, resource, context })).toBe(expected);
  });

  it('refuses condition operators it does not know instead of guessing', () => {
    const policy = document({
      Effect: 'Allow',
      Action: '*',
      Resource: '*',
      Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } },
    });
    expect(() =>
      isAllowed(readPolicy(policy, 'test'), { action: 'a:b', resource: 'x', context: { 'aws:SourceIp': '1' } }),
    ).toThrow(expect.objectContaining({ code: 'ConfigInvalid' }));
  });
});

describe('matchesWildcards', () => {
  it('agrees with the regular expression of the same pattern', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '/', '*', '?'), maxLength: 8 });
    fc.assert(
      fc.property(text, text, (pattern, value) => {
        const regex = new RegExp(
          `^${[...pattern].map((each) => (each === '*' ? '.*' : each === '?' ? '.' : each)).join('')}$`,
          's',
        );
        expect(matchesWildcards(pattern, value)).toBe(regex.test(value));
      }),
      { numRuns: 2000 },
    );
  });

  it('takes no exponential time', () => {
    expect(matchesWildcards('*a'.repeat(30), 'a'.repeat(5000))).toBe(true);
    expect(matchesWildcards(`${'*a'.repeat(30)}b`, 'a'.repeat(5000))).toBe(false);
  });
});
