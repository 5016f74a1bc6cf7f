#!/usr/bin/env node
import { KefError } from '../lib/errors.ts';
import { buildApp, defaultConfigPath, readConfig } from '../lib/stack/index.ts';

/** The context that `cdk --context` and cdk.json give, as the cdk command line hands it over. */
function contextValue(key: string): string | undefined {
  const context: unknown = JSON.parse(process.env.CDK_CONTEXT_JSON ?? '{}');
  const value = typeof context === 'object' && context !== null ? Reflect.get(context, key) : undefined;
  return typeof value === 'string' ? value : undefined;
}

try {
  const path = contextValue('config') ?? process.env.KEF_CONFIG ?? defaultConfigPath;
  buildApp({ config: readConfig(path) }).synth();
} catch (error) {
  // The user's mistakes are sentences; a stack trace would hide them.
  if (!(error instanceof KefError)) {
    throw error;
  }
  console.error(error.message);
  process.exitCode = 2;
}
