import { KefError } from '../../lib/errors.ts';

/** Outputs of a stack by name. */
export type StackOutputs = Readonly<Record<string, string>>;

/** Which stack, and where. */
export interface StackReference {
  readonly stack: string;
  /** @default AWS_REGION, or the region of the profile */
  readonly region?: string | undefined;
}

/**
 * Reads the outputs of a deployed backend, whose stack is named after it: `kef` unless configured. Needs the permission
 * `cloudformation:DescribeStacks`, and none on any other resource.
 *
 * @throws KefError UsageInvalid when there is no such stack, or no access to it
 */
export async function stackOutputs({ stack, region }: StackReference): Promise<StackOutputs> {
  // Loaded here: the SDK takes longer than everything else that `kef --help` does.
  const { CloudFormationClient, DescribeStacksCommand } = await import('@aws-sdk/client-cloudformation');
  const client = new CloudFormationClient(region === undefined ? {} : { region });
  try {
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: stack }));
    const outputs = Stacks[0]?.Outputs ?? [];
    return Object.fromEntries(
      outputs.flatMap(({ OutputKey, OutputValue }) =>
        OutputKey === undefined || OutputValue === undefined ? [] : [[OutputKey, OutputValue]],
      ),
    );
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const where = region === undefined ? 'the region of your AWS settings' : region;
    throw new KefError(
      'UsageInvalid',
      `stack ${stack} cannot be read in ${where}: ${reason}. Name the backend's stack and region with --stack and --region, ` +
        'or give the address with --api-url.',
      { cause: error },
    );
  } finally {
    client.destroy();
  }
}

/**
 * One output of a backend's stack.
 *
 * @throws KefError UsageInvalid when the stack has no such output, and so is not a backend of this version
 */
export function requireOutput(outputs: StackOutputs, name: string, stack: string): string {
  const value = outputs[name];
  if (value !== undefined) return value;
  throw new KefError(
    'UsageInvalid',
    `stack ${stack} has no output ${name}, so it is not a backend of kube-event-forwarder, or an older one: deploy it again.`,
  );
}
