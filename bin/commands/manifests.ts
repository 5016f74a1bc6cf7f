import { readFile } from 'node:fs/promises';
import { Command, InvalidArgumentError, Option } from 'commander';
import { parse } from 'yaml';
import { KefError } from '../../lib/errors.ts';

interface ManifestsOptions {
  readonly clusterId?: string;
  readonly apiUrl?: string;
  readonly region?: string;
  readonly namespace: string;
  readonly createNamespace: boolean;
  readonly image?: string;
  readonly roleArn?: string;
  readonly podIdentity?: true;
  readonly watchNamespace?: string[];
  readonly signals?: string[];
  readonly spool?: number;
  readonly spoolClaim?: string;
  readonly rules?: string;
  readonly values?: string;
}

/** `kef manifests`: the relay's objects as plain YAML, from the same source as the Helm chart. */
export function manifestsCommand(): Command {
  return new Command('manifests')
    .description('Print the Kubernetes objects of a relay as YAML for kubectl apply (what the Helm chart installs).')
    .option('--cluster-id <id>', 'id of the cluster in the backend')
    .option('--api-url <url>', 'the API (output ApiUrl of the stack)')
    .option('--region <region>', 'AWS region of the API, when its URL does not name it')
    .option('--namespace <name>', 'namespace to install into', 'kube-event-forwarder')
    .option('--no-create-namespace', 'leave out the Namespace object')
    .option('--image <image>', 'REPOSITORY, REPOSITORY:TAG or REPOSITORY[:TAG]@sha256:…')
    .addOption(
      new Option('--role-arn <arn>', "IRSA: the cluster's relay role (output RelayRoleArn)").conflicts('podIdentity'),
    )
    .option('--pod-identity', 'EKS Pod Identity: nothing to write into the objects (the default)')
    .option('--watch-namespace <name...>', 'watch only these namespaces, with Roles instead of a ClusterRole')
    .addOption(
      new Option(
        '--signals <kind...>',
        'derive OOM kills from pods, trouble from nodes; adds the right to read them',
      ).choices(['pods', 'nodes']),
    )
    .addOption(new Option('--spool <MiB>', 'most the relay keeps on disk while the API is away').argParser(wholeNumber))
    .option('--spool-claim <name>', 'a PersistentVolumeClaim for the spool instead of an emptyDir')
    .option('--rules <file>', 'severity rules for the relay, too: a kef.config.yaml, or a list of rules')
    .option('-f, --values <file>', 'everything else, in the form of the chart’s values.yaml; flags come before it')
    .addHelpText(
      'after',
      `
Examples:
  kef manifests --cluster-id prod --api-url https://abc123.execute-api.eu-west-1.amazonaws.com --image 123456789012.dkr.ecr.eu-west-1.amazonaws.com/kef:0.1.0 | kubectl apply -f -
  kef manifests -f values.yaml --role-arn arn:aws:iam::123456789012:role/kef-relay.eu-west-1.prod > relay.yaml`,
    )
    .action(async (options: ManifestsOptions) => {
      const { plainManifests, toYaml } = await import('../../lib/manifests/plainYaml.ts');
      const { namespace, createNamespace } = options;
      const values = overlay(
        overlay(await readValues(options.values), await rulesOf(options.rules)),
        valuesOf(options),
      );
      const { manifests, warnings } = plainManifests({ values, namespace, createNamespace });
      process.stdout.write(toYaml(manifests));
      for (const warning of warnings) console.error(`kef manifests: ${warning}`);
    });
}

type Mapping = Readonly<Record<string, unknown>>;

/** The values that the flags stand for. */
function valuesOf(options: ManifestsOptions): Mapping {
  return {
    clusterId: options.clusterId,
    apiUrl: options.apiUrl,
    region: options.region,
    namespaces: options.watchNamespace,
    signals: options.signals && { pods: options.signals.includes('pods'), nodes: options.signals.includes('nodes') },
    image: options.image === undefined ? undefined : imageOf(options.image),
    serviceAccount: options.podIdentity ? { roleArn: '' } : { roleArn: options.roleArn },
    spool: { maxMegabytes: options.spool, existingClaim: options.spoolClaim },
  };
}

/** The rules of the backend's own configuration, so that the relay filters by the severities that the backend decides. */
async function rulesOf(file: string | undefined): Promise<Mapping> {
  if (file === undefined) return {};
  const { readRulesFile } = await import('./rulesFile.ts');
  const { specs } = await readRulesFile(file, { mayLackRules: true });
  return specs.length === 0 ? {} : { config: { rules: specs } };
}

/** An image names all of itself: a tag or digest of the values file does not belong to it. */
function imageOf(reference: string): Mapping {
  const [name = '', digest = ''] = reference.split('@', 2);
  // A colon before the last slash belongs to the registry's port.
  const colon = name.indexOf(':', name.lastIndexOf('/') + 1);
  return colon === -1
    ? { repository: name, tag: '', digest }
    : { repository: name.slice(0, colon), tag: name.slice(colon + 1), digest };
}

/** `over` on top of `under`; what is undefined is not there. */
function overlay(under: Mapping, over: Mapping): Mapping {
  const result: Record<string, unknown> = { ...under };
  for (const [key, value] of Object.entries(over)) {
    const below = under[key];
    if (isMapping(value)) result[key] = overlay(isMapping(below) ? below : {}, value);
    else if (value !== undefined) result[key] = value;
  }
  return result;
}

async function readValues(file: string | undefined): Promise<Mapping> {
  if (file === undefined) return {};
  let values: unknown;
  try {
    values = parse(await readFile(file, 'utf8'));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new KefError('UsageInvalid', `--values: ${file} cannot be read: ${reason}`, { cause: error });
  }
  if (values === null || isMapping(values)) return values ?? {};
  throw new KefError('UsageInvalid', `--values: ${file} must be a mapping of values such as clusterId: prod`);
}

function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('a size is a whole number of MiB.');
  return Number(text);
}
