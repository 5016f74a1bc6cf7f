/** Child process of `synthesize`: builds the stacks for this machine. Arguments: directory, cluster id, configuration file. */
import { KefError } from '../errors.ts';
import { buildApp, readConfig } from '../stack/index.ts';

const [outdir, clusterId, configFile] = process.argv.slice(2);
try {
  if (outdir === undefined || clusterId === undefined)
    throw new KefError('UsageInvalid', 'give a directory and a cluster id');
  const {
    // ARNs get the local region and account instead.
    region: _region,
    account: _account,
    ...config
  } = configFile === undefined ? { clusters: [] } : readConfig(configFile);
  const known = config.clusters.some(({ id }) => id === clusterId);
  const clusters = known ? config.clusters : [...config.clusters, { id: clusterId }];
  buildApp({ config: { ...config, clusters }, outdir, checks: false }).synth();
} catch (error) {
  if (!(error instanceof KefError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
