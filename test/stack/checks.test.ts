import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Acknowledgment, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { buildApp, type ConfigInput } from '../../lib/stack/index.ts';
import { synthesize } from './assembly.ts';
import { everything, stubLayer } from './everything.ts';

const config: ConfigInput = { clusters: [{ id: 'demo', eksCluster: 'demo' }, { id: 'other' }] };

/** What cdk-nag's AwsSolutions pack finds in the app: rule and finding, sorted, once each. */
function findings(input: ConfigInput): string[] {
  const app = buildApp({ config: input, checks: false, kubectlLayer: stubLayer });
  const { violations } = new AwsSolutionsChecks().validateScope(app);
  rmSync(app.outdir, { recursive: true, force: true });
  return violations.map(({ ruleName }) => ruleName).sort();
}

/** The findings as they were without any acknowledgement, and the acknowledgements that were made. */
function withoutAcknowledgements(input: ConfigInput): { found: string[]; acknowledged: Acknowledgment[] } {
  const acknowledged: Acknowledgment[] = [];
  vi.spyOn(Validations.prototype, 'acknowledge').mockImplementation((...rules) => {
    acknowledged.push(...rules);
  });
  return { found: findings(input), acknowledged };
}

afterEach(() => vi.restoreAllMocks());

describe('cdk-nag', () => {
  it.each([
    ['by default', config],
    ['with data protection off', { ...config, protectData: false }],
    ['with a region and an account', { ...config, region: 'eu-west-1', account: '111122223333' }],
    ['with everything switched on', everything],
  ])('finds nothing that is not acknowledged, %s', (_case, input) => {
    expect(findings(input)).toEqual([]);
  });

  it.each([
    ['by default', config],
    ['with everything switched on', everything],
  ])('finds everything that is acknowledged, %s: no acknowledgement outlives its reason', (_case, input) => {
    const { found, acknowledged } = withoutAcknowledgements(input);
    expect([...new Set(acknowledged.map(({ id }) => id))].sort()).toEqual([...new Set(found)].sort());
    expect(acknowledged.every(({ reason }) => reason.length > 40)).toBe(true);
  });

  it('needs few acknowledgements by default', () => {
    expect(
      withoutAcknowledgements(config)
        .acknowledged.map(({ id }) => id.replace(/\[.*/, ''))
        .sort(),
    ).toEqual([
      'AwsSolutions-IAM5',
      'AwsSolutions-IAM5',
      'AwsSolutions-IAM5',
      'AwsSolutions-SQS3',
      'AwsSolutions-SQS3',
    ]);
  });
});

describe('synthesis with all checks', () => {
  it.each([
    ['by default', config],
    ['with everything switched on', everything],
  ])('passes CloudFormation’s own validation without a warning, %s', (_case, input) => {
    const app = synthesize({ config: input, kubectlLayer: stubLayer });
    const report = JSON.parse(readFileSync(join(app.directory, 'validation-report.json'), 'utf8'));
    expect(report.pluginReports).toEqual([]);
    app.remove();
  });
});
