import { App, Duration, type Environment, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import cdk from '../../cdk.json' with { type: 'json' };
import { BackendStack } from './BackendStack.ts';
import { ClusterStack, clusterStackName } from './ClusterStack.ts';
import { type ConfigInput, type ForwarderConfig, incidentSettingsOf } from './config.ts';
import type { EventForwarderProps } from './EventForwarder.ts';
import { parseConfig } from './readConfig.ts';

export interface AppOptions {
  /** What to deploy, as `kef.config.yaml` has it. */
  readonly config: ConfigInput;
  /**
   * Directory of the cloud assembly.
   *
   * @default - what the cdk command line says, else a temporary directory
   */
  readonly outdir?: string;
  /**
   * Run cdk-nag and CloudFormation's own template checks at the end of synthesis. Local mode leaves them out: they take
   * longer than everything else together.
   *
   * @default true
   */
  readonly checks?: boolean;
}

/**
 * The CDK app: one backend stack and one small stack per cluster. The caller synthesizes it. Same configuration and same
 * sources give the same assembly, wherever it is built: no account, no lookup and no clock takes part.
 *
 * @throws KefError ConfigInvalid
 */
export function buildApp({ config: input, outdir, checks = true }: AppOptions): App {
  const config = parseConfig(input);
  const app = new App({
    // Flags come from cdk.json, so that an app built by other code is the app that the command line builds.
    context: cdk.context,
    analyticsReporting: false,
    autoSynth: false,
    builtinCloudFormationValidation: checks,
    ...(outdir === undefined ? {} : { outdir }),
  });
  if (checks) {
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  }
  const env: Environment = {
    ...(config.account === undefined ? {} : { account: config.account }),
    ...(config.region === undefined ? {} : { region: config.region }),
  };
  const backend = new BackendStack(app, config.name, { env, forwarder: forwarderProps(config) });
  for (const { id, eksCluster, namespace, serviceAccount } of config.clusters) {
    new ClusterStack(app, clusterStackName(config.name, id), {
      env,
      forwarder: backend.forwarder,
      cluster: {
        id,
        ...(eksCluster === undefined ? {} : { eksCluster }),
        ...(namespace === undefined ? {} : { namespace }),
        ...(serviceAccount === undefined ? {} : { serviceAccount }),
      },
    });
  }
  return app;
}

function forwarderProps(config: ForwarderConfig): EventForwarderProps {
  return {
    name: config.name,
    retention: Duration.days(config.retentionDays),
    originalsRetention: Duration.days(config.originalsRetentionDays),
    incidents: incidentSettingsOf(config.incidents),
    rules: config.rules,
    notifyFrom: config.notify.minSeverity,
    emails: config.notify.emails,
    protectData: config.protectData,
    ...(config.throttle === undefined
      ? {}
      : { throttle: { rateLimit: config.throttle.requestsPerSecond, burstLimit: config.throttle.burst } }),
  };
}
