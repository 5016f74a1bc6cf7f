import { resourcesOf, type Template, type Value } from './assembly.ts';

/** One statement of a policy, its lists normalized and its ARNs as text. */
export interface Statement {
  /** Logical id of the resource that the statement is in. */
  readonly holder: string;
  readonly effect: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}

const policyTypes = ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'];
const resourcePolicyTypes = [
  'AWS::S3::BucketPolicy',
  'AWS::SQS::QueuePolicy',
  'AWS::SNS::TopicPolicy',
  'AWS::KMS::Key',
];

/** What identities are allowed: statements of roles' policies and managed policies. */
export function identityStatements(template: Template): Statement[] {
  const separate = policyTypes.flatMap((type) => resourcesOf(template, type));
  return separate.flatMap(([holder, { Properties }]) => statementsOf(holder, Properties.PolicyDocument));
}

/** Every statement of the template: identities', buckets', queues', topics' and keys'. */
export function allStatements(template: Template): Statement[] {
  const documents = resourcePolicyTypes
    .flatMap((type) => resourcesOf(template, type))
    .flatMap(([holder, { Properties }]) => statementsOf(holder, Properties.PolicyDocument ?? Properties.KeyPolicy));
  return [...identityStatements(template), ...documents];
}

function statementsOf(holder: string, document: Value): Statement[] {
  const { Statement: statements } = document as { Statement: Record<string, Value>[] };
  return statements.map((statement) => ({
    holder,
    effect: String(statement.Effect),
    actions: list(statement.Action).map(String),
    resources: list(statement.Resource).map(asText),
  }));
}

function list(value: Value): Value[] {
  return Array.isArray(value) ? value : [value];
}

const pseudoParameters: Record<string, string> = {
  'AWS::Partition': 'aws',
  'AWS::Region': 'eu-west-1',
  'AWS::AccountId': '111122223333',
};

/** A resolved template value as text; other resources appear as `<LogicalId>` or `<LogicalId.Attribute>`. */
export function asText(value: Value): string {
  if (typeof value !== 'object' || value === null) {
    return String(value);
  }
  const [[name, argument] = []] = Object.entries(value);
  switch (name) {
    case 'Ref':
      return pseudoParameters[String(argument)] ?? `<${argument}>`;
    case 'Fn::GetAtt':
      return `<${(argument as string[]).join('.')}>`;
    case 'Fn::Join': {
      const [delimiter, parts] = argument as [string, Value[]];
      return parts.map(asText).join(delimiter);
    }
    case 'Fn::ImportValue':
      return `<${argument}>`;
    default:
      throw new Error(`unexpected function in an ARN: ${JSON.stringify(value)}`);
  }
}

/** IAM's matching: `*` is any text, `?` is one character, everything else is itself. */
export function matches(pattern: string, arn: string): boolean {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(arn);
}
