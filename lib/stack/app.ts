import { App, Duration, type Environment, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import cdk from '../../cdk.json' with { type: 'json' };
import { incidentSettingsOf } from '../incidents/configuredSettings.ts';
import { BackendStack } from './BackendStack.ts';
import { ClusterStack, clusterStackName, EksStack, type InstallationOptions } from './ClusterStack.ts';
import type { ClusterConfig } from './clusterConfig.ts';
import type { ConfigInput, ForwarderConfig } from './config.ts';
import type { EventForwarderProps } from './EventForwarderProps.ts';
import { kubectlLayer } from './kubectlLayer.ts';
import type { ClusterProps } from './RelayRole.ts';
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
  /**
   * Makes the layer with kubectl for clusters with `install: true`.
   *
   * @default - from the package `@aws-cdk/lambda-layer-kubectl-v36`, which has to be installed
   */
  readonly kubectlLayer?: InstallationOptions['kubectlLayer'];
}

/**
 * The CDK app: one backend stack and one small stack per cluster, or two when the cluster is in another account or region. The
 * caller synthesizes it. Same configuration and same sources give the same assembly, wherever it is built: no account, no
 * lookup and no clock takes part.
 *
 * @throws KefError ConfigInvalid
 */
export function buildApp({ config: input, outdir, checks = true, kubectlLayer: layer }: AppOptions): App {
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
  const backend = new BackendStack(app, config.name, { env: environment(config), forwarder: forwarderProps(config) });
  for (const cluster of config.clusters) {
    addCluster(app, { config, backend, cluster, kubectlLayer: layer ?? kubectlLayer });
  }
  return app;
}

function addCluster(
  app: App,
  options: {
    readonly config: ForwarderConfig;
    readonly backend: BackendStack;
    readonly cluster: ClusterConfig;
    readonly kubectlLayer: InstallationOptions['kubectlLayer'];
  },
): void {
  const { config, backend, cluster } = options;
  const name = clusterStackName(config.name, cluster.id);
  const place = { account: cluster.account ?? config.account, region: cluster.region ?? config.region };
  const isElsewhere = place.account !== config.account || place.region !== config.region;
  const props = clusterProps(cluster, isElsewhere ? place : undefined);
  const installation = cluster.install === true ? { installation: installationOf(options) } : {};
  const { relayRole } = new ClusterStack(app, name, {
    env: environment(config),
    forwarder: backend.forwarder,
    cluster: props,
    ...(isElsewhere ? {} : installation),
  });
  if (!isElsewhere || cluster.eksCluster === undefined) return;
  const { apiUrl, region } = config;
  new EksStack(app, `${name}-eks`, {
    env: environment(place),
    relayRole,
    cluster: props,
    ...(apiUrl === undefined || region === undefined ? {} : { api: { url: apiUrl, region } }),
    ...installation,
  });
}

function installationOf({
  config,
  cluster,
  kubectlLayer,
}: {
  readonly config: ForwarderConfig;
  readonly cluster: ClusterConfig;
  readonly kubectlLayer: InstallationOptions['kubectlLayer'];
}): InstallationOptions {
  const { helmValues = {}, privateEndpoint } = cluster;
  const own = helmValues.config;
  return {
    kubectlLayer,
    privateEndpoint,
    // The relay filters by severity, so it has to decide by the same rules as the backend.
    values: {
      ...helmValues,
      ...(config.rules.length === 0
        ? {}
        : { config: { rules: config.rules, ...(typeof own === 'object' && own !== null ? own : {}) } }),
    },
  };
}

function clusterProps(cluster: ClusterConfig, place: ClusterProps['place'] | undefined): ClusterProps {
  const { id, eksCluster, namespace, serviceAccount, oidcProvider } = cluster;
  return {
    id,
    ...(eksCluster === undefined ? {} : { eksCluster }),
    ...(place === undefined ? {} : { place }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(serviceAccount === undefined ? {} : { serviceAccount }),
    ...(oidcProvider === undefined ? {} : { oidcProviderArn: oidcProvider }),
  };
}

function environment({ account, region }: { account?: string | undefined; region?: string | undefined }): Environment {
  return { ...(account === undefined ? {} : { account }), ...(region === undefined ? {} : { region }) };
}

function forwarderProps(config: ForwarderConfig): EventForwarderProps {
  const { notify, operations } = config;
  return {
    name: config.name,
    retention: Duration.days(config.retentionDays),
    originalsRetention: Duration.days(config.originalsRetentionDays),
    indexFrom: config.indexFrom,
    archive: config.archive,
    // The numbers of the enum are days, and the configuration takes no others.
    logRetention: config.logRetentionDays,
    encryption: config.encryption,
    incidents: incidentSettingsOf(config.incidents),
    rules: config.rules,
    remediation: config.remediation,
    notifyFrom: notify.minSeverity,
    notify,
    operations,
    silentAfter: Duration.minutes(operations.silentAfterMinutes),
    alarms: operations.alarms,
    dashboard: operations.dashboard,
    clusterAlarms: operations.clusterAlarms,
    anomalyAlarms: operations.anomalyAlarms,
    protectData: config.protectData,
    routeParallelism: config.routeParallelism,
    schemaRegistry: config.schemaRegistry,
    ...(config.throttle === undefined
      ? {}
      : { throttle: { rateLimit: config.throttle.requestsPerSecond, burstLimit: config.throttle.burst } }),
  };
}
