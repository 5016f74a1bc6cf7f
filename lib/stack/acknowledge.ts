import { Stack, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * Accepts one cdk-nag finding, a wildcard in a resource ARN (IAM5), on `scope` and below. Only this very ARN: any other
 * wildcard that appears there later is a finding again.
 *
 * @param arn the ARN as the statement has it, tokens included
 * @param reason why nothing narrower works
 */
export function acknowledgeWildcard(scope: IConstruct, arn: string, reason: string): void {
  const resource = asText(Stack.of(scope).resolve(arn));
  Validations.of(scope).acknowledge({ id: `AwsSolutions-IAM5[Resource::${resource}]`, reason });
}

/**
 * Accepts one AWS-managed policy (IAM4) on `scope` and below.
 *
 * @param policy its name, such as `AmazonEKSClusterAdminPolicy`
 * @param reason why a policy of our own would not do
 */
export function acknowledgeManagedPolicy(scope: IConstruct, policy: string, reason: string): void {
  Validations.of(scope).acknowledge({
    id: `AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/${policy}]`,
    reason,
  });
}

/** A resolved value as cdk-nag prints it: `<LogicalId.Attribute>` for GetAtt, `<Name>` for Ref. */
function asText(value: unknown): string {
  if (typeof value === 'string') {
    return value;
  }
  // What `resolve` returns for a token is a CloudFormation function: an object with that one key.
  const { 'Fn::Join': join, 'Fn::GetAtt': attribute, Ref: reference } = value as Intrinsic;
  if (join !== undefined) {
    return join[1].map(asText).join(join[0]);
  }
  return attribute === undefined ? `<${reference}>` : `<${attribute.join('.')}>`;
}

interface Intrinsic {
  readonly 'Fn::Join'?: readonly [delimiter: string, parts: readonly unknown[]];
  readonly 'Fn::GetAtt'?: readonly [logicalId: string, attribute: string];
  readonly Ref?: string;
}
