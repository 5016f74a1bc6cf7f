import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KefError } from '../errors.ts';
import { incidentSettingsOf } from './config.ts';
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
      incidents: {},
      notify: { minSeverity: 'high', emails: [] },
      rules: [],
      protectData: true,
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
        "  line 3: clusters must differ in more than case, but the list has "prod" and "Prod"; rename or remove one",
        "  line 4: clusters[1].id must be 1 to 63 letters, digits, ".", "_" or "-" and begin with a letter or digit; it is "a b"",
        "  line 5: clusters[1].eksClutser is not a key here; did you mean "eksCluster"?",
        "  line 7: clusters[3].id is missing: it must be text (quote it if it looks like a number)",
        "  line 8: retentionDay is not a key here; did you mean "retentionDays"?",
        "  line 9: retentionDays must be a whole number of days; it is 0.5",
        "  line 10: account must be text: put quotes around the account number; it is 123456789012",
        "  line 11: region must be a region name like eu-west-1; it is "Ireland"",
        "  line 13: notify.minSeverity must be one of info, low, medium, high, critical; it is "urgent"",
        "  line 14: notify.emails[0] must be a mail address; it is "oncall"",
        "  line 16: incidents.reopenAfterMinutes must not be shorter than windowMinutes, or an incident would reopen inside its own window",
        "  line 18: rules are wrong: rule 1: match.message: "(unclosed" is not a RE2 pattern (no look-around, no back-references): error parsing regexp: missing closing ): \`(unclosed\`",
        "  line 18: rules are wrong: rule 2: it decides nothing: state severity, category, effectiveReason, resolves or drop",
        "  line 20: rules[1].match.reasons is not a key here; did you mean "reason"?",
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
        "  line 3: rules are wrong: rule 1 (a): match.message: "(unclosed" is not a RE2 pattern (no look-around, no back-references): error parsing regexp: missing closing ): \`(unclosed\`",
        "  line 3: rules are wrong: rule 2 (a): the id a is used twice; ids name the rule in explanations",
        "  line 3: rules are wrong: rule 2 (a): it decides nothing: state severity, category, effectiveReason, resolves or drop",
      ]
    `);
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
    expect(incidentSettingsOf(incidents)).toEqual({
      windowMs: 30_000,
      reopenAfterMs: 1_800_000,
      escalateFactor: 5,
      stormLimitPerMinute: 100,
      openFrom: 'medium',
    });
  });
});
