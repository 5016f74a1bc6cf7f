#!/usr/bin/env node
/**
 * Writes the policies that `cdk bootstrap --cloudformation-execution-policies` should give to CloudFormation for what a
 * configuration deploys, and prints their names: `npm run --silent bootstrap:policy -- [FILE]`.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KefError } from '../lib/errors.ts';
import { bootstrapPolicies, buildApp, defaultConfigPath, readConfig } from '../lib/stack/index.ts';

const outdir = mkdtempSync(join(tmpdir(), 'kef-policy-'));
try {
  const config = readConfig(process.argv[2] ?? defaultConfigPath);
  const { stacks } = buildApp({ config, outdir, checks: false }).synth();
  const types = stacks.flatMap(({ template }) => {
    const { Resources } = template as { Resources: Record<string, { Type: string }> }; // a template that CDK wrote
    return Object.values(Resources).map(({ Type }) => Type);
  });
  const { name, account } = config;
  // Several accounts share the policy's text when clusters are elsewhere.
  const isOneAccount = config.clusters.every((cluster) => (cluster.account ?? account) === account);
  const policies = bootstrapPolicies({ types, name, account: isOneAccount ? account : undefined });
  for (const [index, policy] of policies.entries()) {
    const file = `bootstrap-policy-${index + 1}.json`;
    writeFileSync(file, `${JSON.stringify(policy, undefined, 2)}\n`);
    console.log(file);
  }
} catch (error) {
  if (!(error instanceof KefError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
} finally {
  rmSync(outdir, { recursive: true, force: true });
}
