import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resource, resourcesOf, type Template } from './assembly.ts';

const examples = readdirSync('examples').filter((file) => file.endsWith('.ts'));

describe.each(examples)('examples/%s', (file) => {
  let directory: string;
  let templates: Map<string, Template>;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'kef-example-'));
    const { status, stderr } = spawnSync(process.execPath, [join('examples', file)], {
      env: { PATH: process.env.PATH, CDK_OUTDIR: directory, CDK_DOCKER: '/bin/false' },
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    expect(status).toBe(0);
    templates = new Map(
      readdirSync(directory)
        .filter((name) => name.endsWith('.template.json'))
        .map((name) => [
          name.replace('.template.json', ''),
          JSON.parse(readFileSync(join(directory, name), 'utf8')) as Template,
        ]),
    );
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  const stack = (name: string): Template => templates.get(name) ?? { Resources: {}, Outputs: {} };

  it('synthesizes without Docker, credentials or warnings', () => {
    expect([...templates.keys()].sort()).toEqual([
      'LegacyCluster',
      'PlatformEvents',
      'ShopCluster',
      'UsCluster',
      'UsClusterAccess',
    ]);
  });

  it('puts what the team owns beside the forwarder', () => {
    const events = stack('PlatformEvents');
    const rule = resource(events, 'AWS::Events::Rule', 'CapacityTrouble').Properties;
    expect(rule.EventPattern).toMatchObject({ source: ['kubernetes'], detail: expect.anything() });
    expect(rule.Targets).toMatchObject([{ DeadLetterConfig: expect.anything() }]);
    expect(resource(events, 'AWS::Events::Rule', 'Everything').Properties.EventPattern).toEqual({
      source: ['kubernetes'],
    });
    expect(resource(events, 'AWS::CloudWatch::Alarm', 'ManyRejected').Properties).toMatchObject({
      MetricName: 'EventsRejected',
    });
  });

  it('keeps clusters in stacks of their own, wherever they are', () => {
    expect(resourcesOf(stack('PlatformEvents'), 'AWS::EKS::PodIdentityAssociation')).toEqual([]);
    expect(resource(stack('ShopCluster'), 'AWS::EKS::PodIdentityAssociation').Properties).toMatchObject({
      ClusterName: 'shop-eks',
    });
    expect(resourcesOf(stack('LegacyCluster'), 'AWS::EKS::PodIdentityAssociation')).toEqual([]);
    expect(resourcesOf(stack('UsClusterAccess'), 'AWS::IAM::Role')).toHaveLength(2);
    expect(resource(stack('UsCluster'), 'AWS::EKS::PodIdentityAssociation').Properties).toMatchObject({
      ClusterName: 'us-eks',
    });
  });
});
