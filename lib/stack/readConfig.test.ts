import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KefError } from '../errors.ts';
import { incidentSettingsOf } from '../incidents/configuredSettings.ts';
import { parseConfig, readConfig } from './readConfig.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'kef-config-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

function file(text: string): string {
  const path = join(directory, 'kef.config.yaml');
  writeFileSync(path, text);
  return path;
}

/** The lines of the complaint about a file. */
function complaints(text: string): string[] {
  return linesOf(() => readConfig(file(text)));
}

function linesOf(read: () => unknown): string[] {
  try {
    read();
  } catch (error) {
    expect(error).toBeInstanceOf(KefError);
    expect(error).toHaveProperty('code', 'ConfigInvalid');
    return (error as KefError).message.replaceAll(directory, '').split('\n');
  }
  throw new Error('it was accepted');
}

describe('readConfig', () => {
  it('needs the cluster list only', () => {
    expect(readConfig(file('clusters: [{ id: prod }]'))).toEqual({
      name: 'kef',
      clusters: [{ id: 'prod' }],
      retentionDays: 30,
      originalsRetentionDays: 365,
      indexFrom: 'info',
      archive: true,
      logRetentionDays: 30,
      encryption: 'aws-managed',
      incidents: {},
      notify: { minSeverity: 'high', emails: [], webhooks: [] },
      operations: {
        emails: [],
        webhooks: [],
        silentAfterMinutes: 5,
        alarms: true,
        dashboard: true,
        clusterAlarms: false,
        anomalyAlarms: false,
      },
      remediation: [],
      rules: [],
      protectData: true,
      routeParallelism: 1,
      schemaRegistry: true,
    });
  });

  it('accepts the example at the root of the project', () => {
    expect(readConfig('kef.config.yaml').clusters).toEqual([{ id: 'demo' }]);
  });

  it('reports every mistake at once, each with its line, its rule, the value and a way out', () => {
    expect(
      complaints(`name: KEF
clusters:
  - id: prod
  - id: a b
    eksClutser: prod
  - id: Prod
  - {}
retentionDay: 30
retentionDays: 0.5
account: 123456789012
region: Ireland
notify:
  minSeverity: urgent
  emails: [oncall]
incidents:
  windowMinutes: 60
rules:
  - match: { message: "(unclosed" }
    severity: low
  - match: { reasons: [OOMKilled] }
protectData: "yes"
`),
    ).toMatchInlineSnapshot(`
      [
        "/kef.config.yaml has 16 mistakes:",
        "  line 1: name must be 1 to 20 lower-case letters, digits and dashes and begin with a letter; it is "KEF"",
        "  line 4: clusters[1].id must be 1 to 63 letters, digits, ".", "_" or "-" and begin with a letter or digit; it is "a b"",
        "  line 5: clusters[1].eksClutser is not a key here; did you mean "eksCluster"?",
        "  line 6: clusters[2].id must differ from every other id in more than case, but the list has "prod" and "Prod"; rename or remove one",
        "  line 7: clusters[3].id is missing: it must be text (quote it if it looks like a number)",
        "  line 8: retentionDay is not a key here; did you mean "retentionDays"?",
        "  line 9: retentionDays must be a whole number of days; it is 0.5",
        "  line 10: account must be text: put quotes around the account number; it is 123456789012",
        "  line 11: region must be a region name like eu-west-1; it is "Ireland"",
        "  line 13: notify.minSeverity must be one of info, low, medium, high, critical; it is "urgent"",
        "  line 14: notify.emails[0] must be a mail address; it is "oncall"",
        "  line 16: incidents.reopenAfterMinutes must not be shorter than windowMinutes, or an incident would reopen inside its own window",
        "  line 18: rules[0] is wrong: match.message: "(unclosed" is not a RE2 pattern (no look-around, no back-references): error parsing regexp: missing closing ): \`(unclosed\`",
        "  line 20: rules[1].match.reasons is not a key here; did you mean "reason"?",
        "  line 20: rules[1] is wrong: it decides nothing: state severity, category, effectiveReason, resolves, drop, tags, runbook, incidents or silence",
        "  line 21: protectData must be true or false; it is "yes"",
      ]
    `);
  });

  it('reports rules that cannot work', () => {
    expect(
      complaints(`clusters: []
rules:
  - { id: a, match: { message: "(unclosed" }, severity: low }
  - { id: a, match: {} }
`),
    ).toMatchInlineSnapshot(`
      [
        "/kef.config.yaml has 3 mistakes:",
        "  line 3: rules[0] is wrong: match.message: "(unclosed" is not a RE2 pattern (no look-around, no back-references): error parsing regexp: missing closing ): \`(unclosed\`",
        "  line 4: rules[1] is wrong: the id a is used twice; ids name the rule in explanations",
        "  line 4: rules[1] is wrong: it decides nothing: state severity, category, effectiveReason, resolves, drop, tags, runbook, incidents or silence",
      ]
    `);
  });

  it('reports clusters that cannot be where and what they are said to be', () => {
    expect(
      complaints(`account: "111122223333"
clusters:
  - { id: a, identity: irsa }
  - { id: b, oidcProvider: "arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/X" }
  - { id: c, identity: irsa, region: us-east-1,
      oidcProvider: "arn:aws:iam::444455556666:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/X" }
  - { id: d, install: true, privateEndpoint: { vpcId: v, subnetIds: [] } }
  - { id: e, eksCluster: same, helmValues: {} }
  - { id: f, eksCluster: same, account: "444455556666" }
  - { id: g, eksCluster: same, region: Ireland }
  - { id: h, eksCluster: same }
  - { id: i, region: eu-west-1 }
  - id: a-name-of-more-than-fifty-letters-does-not-fit-a-role
`),
    ).toMatchInlineSnapshot(`
      [
        "/kef.config.yaml has 17 mistakes:",
        "  line 3: clusters[0].identity irsa needs oidcProvider, the ARN of the IAM OIDC provider of this cluster",
        "  line 4: clusters[1].oidcProvider is for "identity: irsa"; add that, or remove this key to use Pod Identity",
        "  line 5: clusters[2].region can be stated only when the backend's own is: add "region: …" at the top of the file",
        "  line 6: clusters[2].oidcProvider is of a cluster in eu-west-1, but this cluster is in region us-east-1",
        "  line 6: clusters[2].oidcProvider is in account 444455556666, but the role that trusts it is in the backend's, 111122223333: create an OIDC provider with the same issuer there and give its ARN",
        "  line 7: clusters[3].privateEndpoint.vpcId must be a VPC id like vpc-0a1b2c3d; it is "v"",
        "  line 7: clusters[3].privateEndpoint.subnetIds must name at least one subnet; it is []",
        "  line 7: clusters[3].privateEndpoint.securityGroupIds is missing: it must be a list of security group ids",
        "  line 7: clusters[3].install needs eksCluster, the name of the cluster to install into",
        "  line 7: clusters[3].install needs the relay's image in a registry of yours: build and push it, and name it as helmValues.image.repository",
        "  line 8: clusters[4].helmValues has no effect without "install: true"",
        "  line 10: clusters[6].region must be a region name like eu-west-1; it is "Ireland"",
        "  line 10: clusters[6].region can be stated only when the backend's own is: add "region: …" at the top of the file",
        "  line 11: clusters[7].eksCluster names the EKS cluster of clusters[4]: one relay watches a whole cluster; remove one entry",
        "  line 12: clusters[8].region says where an EKS cluster is; name it with eksCluster, or remove this key",
        "  line 12: clusters[8].region can be stated only when the backend's own is: add "region: …" at the top of the file",
        "  line 13: clusters[9].id is too long for a relay role whose region is not known yet (IAM role names end at 64 characters, and region names at 15); shorten it, or add "region: …" at the top of the file",
      ]
    `);
  });

  it('reports people who cannot be told', () => {
    expect(
      complaints(`clusters: []
notify:
  emails: oncall@example.com
  webhooks: [http://insecure.example.com]
  slack: { workspaceId: my team, channel: "#alerts" }
operations:
  silentAfterMinutes: 1
  email: []
encryption: kms
logRetentionDays: 31
routeParallelism: 11
`),
    ).toMatchInlineSnapshot(`
      [
        "/kef.config.yaml has 10 mistakes:",
        "  line 3: notify.emails must be a list of mail addresses; it is "oncall@example.com"",
        "  line 4: notify.webhooks[0] must be an https URL; it is "http://insecure.example.com"",
        "  line 5: notify.slack.workspaceId must be a Slack workspace id like T012ABCDEFG: capitals and digits; it is "my team"",
        "  line 5: notify.slack.channelId is missing: it must be text",
        "  line 5: notify.slack.channel is not a key here; did you mean "channelId"?",
        "  line 7: operations.silentAfterMinutes must be at least 2, since relays send a heartbeat each minute; it is 1",
        "  line 8: operations.email is not a key here; did you mean "emails"?",
        "  line 9: encryption must be aws-managed or customer-managed; it is "kms"",
        "  line 10: logRetentionDays must be one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653; it is 31",
        "  line 11: routeParallelism must be at most 10, the limit of Lambda; it is 11",
      ]
    `);
  });

  it('refuses more clusters than one backend serves', () => {
    const clusters = Array.from({ length: 300 }, (_, i) => `  - id: c${i}`).join('\n');
    expect(complaints(`clusters:\n${clusters}\n`)).toMatchInlineSnapshot(`
      [
        "/kef.config.yaml has 1 mistake:",
        "  line 2: clusters must be at most 200 entries, because the list of clusters travels in the environment of one function, which ends at 4 KB; put the others into a second file with another name, which is a second backend; it has 300",
      ]
    `);
  });

  it('refuses rules that do not fit beside the clusters', () => {
    const clusters = Array.from({ length: 200 }, (_, i) => `{ id: c${i} }`).join(', ');
    const rules = Array.from({ length: 50 }, (_, i) => `{ match: { reason: R${i} }, drop: true }`).join(', ');
    expect(complaints(`clusters: [${clusters}]\nrules: [${rules}]\n`)).toEqual([
      '/kef.config.yaml has 1 mistake:',
      expect.stringMatching(
        /line 2: rules must take at most 1600 bytes as JSON beside 200 clusters.*these 50 take \d+/,
      ),
    ]);
  });

  it('says what to do when there is no file', () => {
    expect(linesOf(() => readConfig(join(directory, 'none.yaml')))[0]).toMatch(
      /no configuration file .*none\.yaml.*clusters:.*--context config=FILE/,
    );
  });

  it('reports YAML that cannot be read, with its place', () => {
    expect(complaints('clusters: [{ id: prod }\nname: x').join('\n')).toMatch(/is not YAML:\n.*line 2/);
  });

  it.each(['', '# nothing yet\n', 'clusters:\n'])('asks for the cluster list of %j', (text) => {
    expect(complaints(text).join('\n')).toMatch(/clusters .*clusters: \[\{ id: prod \}\]/);
  });
});

describe('parseConfig', () => {
  it('takes what it returned', () => {
    const config = parseConfig({ clusters: [{ id: 'prod' }], incidents: { windowMinutes: 1 } });
    expect(parseConfig(config)).toEqual(config);
  });

  it('gives incident settings in milliseconds with the defaults of lib/incidents', () => {
    const { incidents } = parseConfig({ clusters: [], incidents: { windowMinutes: 0.5, openFrom: 'medium' } });
    expect(incidentSettingsOf(incidents)).toMatchObject({
      windowMs: 30_000,
      reopenAfterMs: 1_800_000,
      escalateFactor: 5,
      stormLimitPerMinute: 100,
      openFrom: 'medium',
    });
  });
});
