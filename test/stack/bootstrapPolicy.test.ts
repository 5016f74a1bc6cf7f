import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { permissionsByType } from '../../lib/stack/bootstrapPermissions.ts';
import { bootstrapPolicies } from '../../lib/stack/index.ts';
import { type Assembly, synthesize } from './assembly.ts';
import { everything, stubLayer } from './everything.ts';
import { matches } from './statements.ts';

const typesIn = ({ backend, clusters }: Assembly) => [
  ...new Set(
    [backend, ...clusters.values()].flatMap(({ Resources }) => Object.values(Resources).map(({ Type }) => Type)),
  ),
];

/** Actions on any resource: AWS has no ARN for them, or none that is known before. */
const withoutArn = [
  /^logs:(Create|Delete|Get|List|Update)LogDeliver/,
  /^logs:(DescribeLogGroups|DescribeResourcePolicies|PutResourcePolicy)$/,
  /^chatbot:/,
  /^kms:(CreateKey|ListAliases)$/,
  /^lambda:((Create|Delete|Get|Update)EventSourceMapping|ListTags|TagResource|UntagResource)$/,
];

describe('the policies for cdk bootstrap', () => {
  let types: string[];
  beforeAll(() => {
    const app = synthesize({ config: everything, checks: false, kubectlLayer: stubLayer });
    types = typesIn(app);
    app.remove();
  });

  it('cover every type of resource that any configuration makes, and no other', () => {
    expect([...types, 'AWS::Lambda::LayerVersion'].filter((type) => !(type in permissionsByType))).toEqual([]);
    expect(Object.keys(permissionsByType).filter((type) => !types.includes(type))).toEqual([]);
  });

  it('are short enough for IAM', () => {
    const policies = bootstrapPolicies({ types, name: 'a-name-as-long-as-it-', account: '111122223333' });
    expect(policies.length).toBeLessThanOrEqual(3);
    for (const policy of policies) expect(JSON.stringify(policy).length).toBeLessThanOrEqual(6_144);
  });

  it('have no wildcard in an action, and none for all resources but where there are no ARNs', () => {
    const statements = bootstrapPolicies({ types, name: 'kef', account: '111122223333' }).flatMap(
      ({ Statement }) => Statement,
    );
    for (const { Action, Resource } of statements) {
      expect(Action.filter((action) => action.includes('*'))).toEqual([]);
      if (!Resource.includes('*')) continue;
      expect(Action.filter((action) => !withoutArn.some((pattern) => pattern.test(action)))).toEqual([]);
    }
  });

  it('let CloudFormation neither change roles nor read data of others', () => {
    const statements = bootstrapPolicies({ types, name: 'kef', account: '111122223333' }).flatMap(
      ({ Statement }) => Statement,
    );
    const may = (action: string, arn: string) =>
      statements.some(({ Action, Resource }) => Action.includes(action) && Resource.some((own) => matches(own, arn)));
    expect(may('iam:PutRolePolicy', 'arn:aws:iam::111122223333:role/kef-relay.eu-west-1.prod')).toBe(true);
    expect(may('iam:PutRolePolicy', 'arn:aws:iam::111122223333:role/admin')).toBe(false);
    expect(may('iam:PassRole', 'arn:aws:iam::111122223333:role/admin')).toBe(false);
    expect(may('dynamodb:DeleteTable', 'arn:aws:dynamodb:eu-west-1:111122223333:table/orders')).toBe(false);
    expect(may('lambda:UpdateFunctionCode', 'arn:aws:lambda:eu-west-1:111122223333:function:billing')).toBe(false);
    expect(may('s3:DeleteBucket', 'arn:aws:s3:::company-data')).toBe(false);
    const actions = statements.flatMap(({ Action }) => Action);
    expect(
      actions.filter((action) => /^dynamodb:(Get|Put|Scan|Query|BatchGet)Item|^sns:Publish|^sqs:Receive/.test(action)),
    ).toEqual([]);
  });
});

describe('names that CloudFormation makes', () => {
  let app: Assembly;
  beforeAll(() => {
    app = synthesize({ config: { name: 'kef', clusters: [{ id: 'prod', eksCluster: 'prod' }] }, checks: false });
  });
  afterAll(() => app.remove());

  it('begin with the stack’s, and what names itself begins with the forwarder’s', () => {
    const named = [app.backend, ...app.clusters.values()].flatMap(({ Resources }) =>
      Object.values(Resources).flatMap(({ Properties = {} }) =>
        [
          'RoleName',
          'AlarmName',
          'DashboardName',
          'FunctionName',
          'BucketName',
          'QueueName',
          'TopicName',
          'LogGroupName',
          'TableName',
        ]
          .map((key) => Properties[key])
          .filter((value) => typeof value === 'string'),
      ),
    );
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((name) => name !== 'kef' && !String(name).startsWith('kef-'))).toEqual([]);
    expect([...app.clusters.keys()].filter((stack) => !stack.startsWith('kef-'))).toEqual([]);
  });
});
