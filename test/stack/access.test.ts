import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Assembly, resource, resourcesOf, synthesize } from './assembly.ts';
import { asText, identityStatements, matches, type Statement } from './statements.ts';

// Ids that begin alike, that contain each other, and that only a wildcard would confuse.
const clusterIds = ['prod', 'prod-2', 'prod.eu', 'p', 'Test_1'];

let app: Assembly;
beforeAll(() => {
  app = synthesize({ config: { clusters: clusterIds.map((id) => ({ id })) }, checks: false });
});
afterAll(() => app.remove());

/** The statements of the cluster's stack: everything that its relay may do. */
function relayStatements(id: string): Statement[] {
  const [template] = [...app.clusters.values()].filter((candidate) =>
    asText(resource(candidate, 'AWS::IAM::Role').Properties.RoleName).endsWith(`.${id}`),
  );
  if (template === undefined) {
    throw new Error(`no stack with a role of cluster ${id}`);
  }
  return identityStatements(template);
}

function functionStatements(name: string): Statement[] {
  return identityStatements(app.backend).filter(({ holder }) => holder.startsWith(`Forwarder${name}Role`));
}

describe('a relay role', () => {
  const pairs = clusterIds.flatMap((a) => clusterIds.map((b) => [a, b] as const));

  it.each(pairs)('of %s, asked for the paths of %s, is allowed exactly its own', (own, other) => {
    const [statement, ...more] = relayStatements(own);
    expect(more).toEqual([]);
    expect(statement?.actions).toEqual(['execute-api:Invoke']);
    const granted = statement?.resources ?? [];
    // The API's id is an import whose text is the same in all stacks: take it from the statement itself.
    const base = granted[0]?.slice(0, granted[0].indexOf('$default'));
    for (const path of [`POST/v1/clusters/${other}/events`, `GET/v1/clusters/${other}/position`]) {
      const allowed = granted.some((pattern) => matches(pattern, `${base}$default/${path}`));
      expect(allowed, path).toBe(own === other);
    }
  });

  it.each(clusterIds)('of %s reaches no other route and has no wildcard', (id) => {
    const granted = relayStatements(id).flatMap(({ resources }) => resources);
    expect(granted).toHaveLength(2);
    expect(granted.filter((arn) => /[*?]/.test(arn))).toEqual([]);
  });

  it('has the name that ingest derives from the path', () => {
    const names = [...app.clusters.values()].map((template) =>
      asText(resource(template, 'AWS::IAM::Role').Properties.RoleName),
    );
    expect(names.sort()).toEqual(clusterIds.map((id) => `kef-relay.eu-west-1.${id}`).sort());
  });

  it('can be taken only by the relay’s service account through Pod Identity', () => {
    for (const template of app.clusters.values()) {
      const { Properties } = resource(template, 'AWS::IAM::Role');
      expect(Properties.AssumeRolePolicyDocument).toMatchObject({
        Statement: [
          {
            Principal: { Service: 'pods.eks.amazonaws.com' },
            Condition: {
              StringEquals: {
                'aws:SourceAccount': { Ref: 'AWS::AccountId' },
                'aws:RequestTag/kubernetes-namespace': 'kube-event-forwarder',
                'aws:RequestTag/kubernetes-service-account': 'kube-event-forwarder',
              },
            },
          },
        ],
      });
    }
  });
});

describe('functions', () => {
  const allowedPrefixes = {
    Ingest: ['logs:', 'dynamodb:BatchWriteItem', 'dynamodb:GetItem', 'dynamodb:UpdateItem', 's3:PutObject'],
    Route: [
      'logs:',
      'dynamodb:BatchGetItem',
      'dynamodb:PutItem',
      'dynamodb:UpdateItem',
      'dynamodb:DeleteItem',
      'dynamodb:Query',
      'dynamodb:DescribeStream',
      'dynamodb:GetRecords',
      'dynamodb:GetShardIterator',
      'dynamodb:ListStreams',
      'events:PutEvents',
      's3:ListBucket',
      's3:PutObject',
    ],
    Query: ['logs:', 'dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query'],
    Notify: ['logs:', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'sns:Publish', 'sqs:SendMessage'],
    Watch: [
      'logs:',
      'dynamodb:BatchGetItem',
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:Query',
      'events:PutEvents',
    ],
  };

  it.each(Object.entries(allowedPrefixes))('%s may do what it does and nothing else', (name, allowed) => {
    const actions = new Set(functionStatements(name).flatMap(({ actions: list }) => list));
    const unexpected = [...actions].filter((action) => !allowed.some((prefix) => action.startsWith(prefix)));
    expect(unexpected).toEqual([]);
    expect(allowed.filter((prefix) => ![...actions].some((action) => action.startsWith(prefix)))).toEqual([]);
  });

  const may = (name: string, action: string, table: string) =>
    functionStatements(name).some(
      ({ actions, resources }) => actions.includes(action) && resources.some((arn) => arn.includes(table)),
    );

  it('only ingest writes History, and it cannot read it', () => {
    for (const action of ['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem']) {
      const writers = Object.keys(allowedPrefixes).filter((name) => may(name, `dynamodb:${action}`, 'TablesHistory'));
      expect(writers).toEqual(action === 'BatchWriteItem' ? ['Ingest'] : []);
    }
    expect(may('Ingest', 'dynamodb:GetItem', 'TablesHistory')).toBe(false);
  });

  it('only route and watch publish, and only to our bus', () => {
    const publishers = identityStatements(app.backend).filter(({ actions }) => actions.includes('events:PutEvents'));
    expect(publishers).toEqual(
      ['RouteRole', 'WatchRole'].map((holder) =>
        expect.objectContaining({
          holder: expect.stringContaining(holder),
          resources: [expect.stringMatching(/^<ForwarderBus\w+\.Arn>$/)],
        }),
      ),
    );
  });

  it('watch writes its own item of the Clusters table and no row of a cluster', () => {
    const policy = JSON.stringify(
      resourcesOf(app.backend, 'AWS::IAM::Policy').find(([id]) => id.includes('WatchRole')),
    );
    expect(policy).toContain(
      '"Action":"dynamodb:PutItem","Condition":{"ForAllValues:StringEquals":{"dynamodb:LeadingKeys":["silence"]}}',
    );
  });

  it('have no managed policy, whose statements would cover the whole account', () => {
    for (const [, role] of resourcesOf(app.backend, 'AWS::IAM::Role')) {
      expect(role.Properties.ManagedPolicyArns).toBeUndefined();
    }
  });
});

describe('the reader policy', () => {
  it('allows the read routes and not the position of a relay', () => {
    const [statement] = identityStatements(app.backend).filter(({ holder }) => holder.startsWith('ForwarderReader'));
    const paths = statement?.resources.map((arn) => arn.slice(arn.indexOf('$default') + '$default/'.length));
    expect(paths).toEqual([
      'GET/v1/clusters',
      'GET/v1/events',
      'GET/v1/incidents',
      'GET/v1/incidents/*',
      'GET/v1/stats',
    ]);
    const position = `${statement?.resources[0]}/prod/position`;
    expect(statement?.resources.some((pattern) => matches(pattern, position))).toBe(false);
  });
});
