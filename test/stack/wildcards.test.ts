import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Assembly, resourcesOf, synthesize, type Template } from './assembly.ts';
import { everything, stubLayer } from './everything.ts';
import { allStatements, type Statement } from './statements.ts';

/** Every allowed `*` in a resource and why nothing narrower works. */
const justifiedResources: Record<string, RegExp> = {
  'originals are named by cluster, day and hash': /^<ForwarderBucketsOriginals\w+\.Arn>\/cluster=\*$/,
  'Lambda names what it parks': /^<ForwarderBucketsParked\w+\.Arn>\/aws\/lambda\/\*$/,
  'S3 names its access logs': /^<ForwarderBucketsAccessLogs\w+\.Arn>\/(originals|parked)\/\*$/,
  'any fingerprint may be read': /\/\$default\/GET\/v1\/incidents\/\*$/,
};

/** Those that come with the customer-managed key and with an installation by CloudFormation. */
const justifiedWithEverything: Record<string, RegExp> = {
  'in a key policy, * is this key': /^\*$/,
  'CDK’s kubectl function reads the chart from the bootstrap bucket':
    /^arn:aws:s3:::cdk-hnb659fds-assets-\d{12}-[\w-]+(\/\*)?$/,
  'CDK’s provider invokes the versions of its own function': /^<RelayKubectlHandler\w+\.Arn>:\*$/,
};

const allowed = (templates: Template[]) => templates.flatMap(allStatements).filter(({ effect }) => effect === 'Allow');
const starsIn = (statements: Statement[]) =>
  statements.flatMap(({ resources }) => resources).filter((arn) => arn.includes('*'));

function expectJustified(found: readonly string[], justified: Readonly<Record<string, RegExp>>): void {
  expect(found.filter((arn) => !Object.values(justified).some((pattern) => pattern.test(arn)))).toEqual([]);
  // A reason that nothing needs any more has to go.
  expect(Object.entries(justified).filter(([, pattern]) => !found.some((arn) => pattern.test(arn)))).toEqual([]);
}

describe('wildcards in what is allowed by default', () => {
  let app: Assembly;
  let statements: Statement[];
  beforeAll(() => {
    app = synthesize({ config: { clusters: [{ id: 'prod', eksCluster: 'prod' }] }, checks: false });
    statements = allowed([app.backend, ...app.clusters.values()]);
  });
  afterAll(() => app.remove());

  it('are in resources only', () => {
    expect(statements.flatMap(({ actions }) => actions).filter((action) => action.includes('*'))).toEqual([]);
  });

  it('are each there for a reason, and each reason still holds', () => {
    expectJustified(starsIn(statements), justifiedResources);
  });
});

describe('wildcards in what is allowed with everything switched on', () => {
  let app: Assembly;
  let statements: Statement[];
  beforeAll(() => {
    app = synthesize({ config: everything, checks: false, kubectlLayer: stubLayer });
    statements = allowed([app.backend, ...app.clusters.values()]);
  });
  afterAll(() => app.remove());

  it('are in actions only of CDK’s kubectl function and of the account over its own key', () => {
    const actions = statements.flatMap((statement) =>
      statement.actions
        .filter((action) => action.includes('*'))
        .map((action) => `${statement.holder.replace(/[0-9A-F]{8}$/, '')} ${action}`),
    );
    expect([...new Set(actions)].sort()).toEqual([
      'ForwarderEncryptionKey kms:*',
      'RelayKubectlHandlerServiceRoleDefaultPolicy s3:GetBucket*',
      'RelayKubectlHandlerServiceRoleDefaultPolicy s3:GetObject*',
      'RelayKubectlHandlerServiceRoleDefaultPolicy s3:List*',
    ]);
  });

  it('are each there for a reason, and each reason still holds', () => {
    expectJustified(starsIn(statements), { ...justifiedResources, ...justifiedWithEverything });
  });

  it('let nobody in: a policy that names everybody says which account and which service', () => {
    for (const [, { Properties }] of resourcesOf(app.backend, 'AWS::KMS::Key')) {
      const { Statement } = Properties.KeyPolicy as { Statement: Record<string, unknown>[] };
      const forEverybody = Statement.filter(({ Principal }) => JSON.stringify(Principal) === '{"AWS":"*"}');
      expect(forEverybody).toHaveLength(1);
      expect(forEverybody[0]).toHaveProperty('Condition.StringEquals.kms:CallerAccount');
      expect(forEverybody[0]).toHaveProperty('Condition.StringEquals.kms:ViaService');
      const forServices = Statement.filter(({ Principal }) => JSON.stringify(Principal).includes('Service'));
      expect(forServices.every((statement) => statement.Condition !== undefined)).toBe(true);
    }
  });
});

describe('trust', () => {
  it('is given to named services, accounts and issuers, and to pods only under conditions', () => {
    const app = synthesize({ config: everything, checks: false, kubectlLayer: stubLayer });
    const roles = [app.backend, ...app.clusters.values()].flatMap((template) =>
      resourcesOf(template, 'AWS::IAM::Role'),
    );
    app.remove();
    for (const [id, { Properties }] of roles) {
      const { Statement } = Properties.AssumeRolePolicyDocument as { Statement: Record<string, unknown>[] };
      for (const { Principal, Condition } of Statement) {
        const principal = JSON.stringify(Principal);
        expect(principal, id).not.toContain('*');
        const isOwnService = /^\{"Service":"(lambda|events|chatbot)\.amazonaws\.com"\}$/.test(principal);
        expect(isOwnService || Condition !== undefined, `${id} trusts ${principal}`).toBe(true);
      }
    }
    expect(roles.length).toBeGreaterThan(15);
  });
});
