import { CfnCondition, Stack, Validations } from 'aws-cdk-lib';
import type { KubectlProvider } from 'aws-cdk-lib/aws-eks-v2';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { acknowledgeManagedPolicy, acknowledgeWildcard } from './acknowledge.ts';

const cdkMadeIt =
  "The function with kubectl is CDK's own, and so is what it may do; it exists only in stacks of clusters with an installation.";

/** Accepts what cdk-nag finds about CDK's own kubectl function, by name: whatever CDK adds to it later is a finding again. */
export function acknowledgeKubectl(provider: KubectlProvider, chart: Asset): void {
  for (const policy of ['service-role/AWSLambdaBasicExecutionRole', 'AmazonEC2ContainerRegistryReadOnly']) {
    acknowledgeManagedPolicy(provider, policy, cdkMadeIt);
  }
  const acknowledge = (id: string) => Validations.of(provider).acknowledge({ id, reason: cdkMadeIt });
  for (const action of ['s3:GetBucket*', 's3:GetObject*', 's3:List*']) {
    acknowledge(`AwsSolutions-IAM5[Action::${action}]`);
  }
  acknowledgeWildcard(provider, chart.bucket.arnForObjects('*'), cdkMadeIt);
  acknowledge('AwsSolutions-L1');
  const handler = provider.node.findChild('Handler');
  if (handler instanceof LambdaFunction) {
    acknowledgeWildcard(provider, `${handler.functionArn}:*`, cdkMadeIt);
    if (handler.isBoundToVpc) {
      acknowledgeManagedPolicy(provider, 'service-role/AWSLambdaVPCAccessExecutionRole', cdkMadeIt);
    }
  }
  const hasPublicRegistry = handler.node.tryFindChild('HasEcrPublic');
  if (hasPublicRegistry instanceof CfnCondition) {
    const policy = {
      'Fn::If': [
        Stack.of(provider).resolve(hasPublicRegistry.logicalId),
        {
          'Fn::Join': [
            '',
            ['arn:', { Ref: 'AWS::Partition' }, ':iam::aws:policy/AmazonElasticContainerRegistryPublicReadOnly'],
          ],
        },
        { Ref: 'AWS::NoValue' },
      ],
    };
    acknowledge(`AwsSolutions-IAM4[Policy::${JSON.stringify(policy)}]`);
  }
}
