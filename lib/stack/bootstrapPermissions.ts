/** What CloudFormation does with resources of one type, and on which ARNs. `NAME` stands for the forwarder's name. */
export interface TypePermissions {
  readonly actions: readonly string[];
  /** After `arn:PARTITION:`; `*` where AWS offers nothing narrower. */
  readonly resources: readonly string[];
}

const here = '*:ACCOUNT:';
const roles = ['iam::ACCOUNT:role/NAME-*'];
const functions = [`lambda:${here}function:NAME-*`];
const rules = [`events:${here}rule/NAME-*`, `events:${here}rule/NAME/*`];
const policies = [`iam::ACCOUNT:policy/NAME-*`];
const queues = [`sqs:${here}NAME-*`];
const topics = [`sns:${here}NAME-*`];
const buckets = ['s3:::NAME-*'];
const tables = [`dynamodb:${here}table/NAME-*`];
const apis = ['apigateway:*::/apis', 'apigateway:*::/apis/*', 'apigateway:*::/tags/*'];
const apiActions = ['DELETE', 'GET', 'PATCH', 'POST', 'PUT'].map((method) => `apigateway:${method}`);
const clusters = [`eks:${here}cluster/*`, `eks:${here}podidentityassociation/*`, `eks:${here}access-entry/*`];

/** Actions of one service on the same ARNs. */
const of = (service: string, actions: string, resources: readonly string[]): TypePermissions => ({
  actions: actions.split(' ').map((action) => `${service}:${action}`),
  resources,
});

/** For each type of resource in the forwarder's templates. A type that is missing here fails `bootstrapPolicies`, and a test. */
export const permissionsByType: Readonly<Record<string, readonly TypePermissions[]>> = {
  'AWS::ApiGatewayV2::Api': [{ actions: apiActions, resources: apis }],
  'AWS::ApiGatewayV2::Integration': [{ actions: apiActions, resources: apis }],
  'AWS::ApiGatewayV2::Route': [{ actions: apiActions, resources: apis }],
  'AWS::ApiGatewayV2::Stage': [
    { actions: apiActions, resources: apis },
    // Access logs of API Gateway go through a delivery, which has no ARN.
    of(
      'logs',
      'CreateLogDelivery DeleteLogDelivery DescribeLogGroups DescribeResourcePolicies GetLogDelivery ListLogDeliveries ' +
        'PutResourcePolicy UpdateLogDelivery',
      ['*'],
    ),
  ],
  'AWS::Chatbot::SlackChannelConfiguration': [
    of(
      'chatbot',
      'CreateSlackChannelConfiguration DeleteSlackChannelConfiguration DescribeSlackChannelConfigurations ' +
        'DescribeSlackWorkspaces ListTagsForResource TagResource UntagResource UpdateSlackChannelConfiguration',
      ['*'],
    ),
  ],
  'AWS::CloudWatch::Alarm': [
    of('cloudwatch', 'DeleteAlarms DescribeAlarms ListTagsForResource PutMetricAlarm TagResource UntagResource', [
      `cloudwatch:${here}alarm:NAME-*`,
    ]),
  ],
  'AWS::CloudWatch::Dashboard': [
    of('cloudwatch', 'DeleteDashboards GetDashboard PutDashboard', ['cloudwatch::ACCOUNT:dashboard/NAME']),
  ],
  'AWS::DynamoDB::GlobalTable': [
    of(
      'dynamodb',
      'CreateTable DeleteTable DescribeContinuousBackups DescribeContributorInsights DescribeKinesisStreamingDestination ' +
        'DescribeTable DescribeTimeToLive GetResourcePolicy ListTagsOfResource TagResource UntagResource UpdateContinuousBackups ' +
        'UpdateTable UpdateTimeToLive',
      tables,
    ),
  ],
  'AWS::EKS::AccessEntry': [
    of(
      'eks',
      'AssociateAccessPolicy CreateAccessEntry DeleteAccessEntry DescribeAccessEntry DescribeCluster DisassociateAccessPolicy ' +
        'ListAssociatedAccessPolicies TagResource UntagResource UpdateAccessEntry',
      clusters,
    ),
  ],
  'AWS::EKS::PodIdentityAssociation': [
    of(
      'eks',
      'CreatePodIdentityAssociation DeletePodIdentityAssociation DescribePodIdentityAssociation ListPodIdentityAssociations ' +
        'TagResource UntagResource UpdatePodIdentityAssociation',
      clusters,
    ),
    of('iam', 'GetRole PassRole', roles),
  ],
  'AWS::EventSchemas::Registry': [
    of('schemas', 'CreateRegistry DeleteRegistry DescribeRegistry TagResource UntagResource UpdateRegistry', [
      `schemas:${here}registry/NAME`,
    ]),
  ],
  'AWS::EventSchemas::Schema': [
    of(
      'schemas',
      'CreateSchema DeleteSchema DescribeSchema ListSchemaVersions TagResource UntagResource UpdateSchema',
      [`schemas:${here}schema/NAME/*`],
    ),
  ],
  'AWS::Events::EventBus': [
    of(
      'events',
      'CreateEventBus DeleteEventBus DescribeEventBus ListTagsForResource TagResource UntagResource UpdateEventBus',
      [`events:${here}event-bus/NAME`],
    ),
  ],
  'AWS::Events::Rule': [
    of(
      'events',
      'DeleteRule DescribeRule DisableRule EnableRule ListTagsForResource ListTargetsByRule PutRule PutTargets RemoveTargets ' +
        'TagResource UntagResource',
      rules,
    ),
    of('iam', 'PassRole', roles),
  ],
  'AWS::IAM::ManagedPolicy': [
    of(
      'iam',
      'CreatePolicy CreatePolicyVersion DeletePolicy DeletePolicyVersion GetPolicy GetPolicyVersion ListPolicyVersions TagPolicy UntagPolicy',
      policies,
    ),
  ],
  'AWS::IAM::Policy': [of('iam', 'DeleteRolePolicy GetRolePolicy PutRolePolicy', roles)],
  'AWS::IAM::Role': [
    of(
      'iam',
      'AttachRolePolicy CreateRole DeleteRole DeleteRolePolicy DetachRolePolicy GetRole GetRolePolicy ListAttachedRolePolicies ' +
        'ListRolePolicies PassRole PutRolePolicy TagRole UntagRole UpdateAssumeRolePolicy UpdateRole UpdateRoleDescription',
      roles,
    ),
  ],
  'AWS::KMS::Alias': [
    of('kms', 'CreateAlias DeleteAlias UpdateAlias', [`kms:${here}alias/NAME`, `kms:${here}key/*`]),
    of('kms', 'ListAliases', ['*']),
  ],
  'AWS::KMS::Key': [
    of('kms', 'CreateKey', ['*']),
    of(
      'kms',
      'CreateGrant Decrypt DescribeKey DisableKey EnableKey EnableKeyRotation Encrypt GenerateDataKey GetKeyPolicy ' +
        'GetKeyRotationStatus ListResourceTags PutKeyPolicy ScheduleKeyDeletion TagResource UntagResource UpdateKeyDescription',
      [`kms:${here}key/*`],
    ),
  ],
  'AWS::Lambda::EventInvokeConfig': [
    of(
      'lambda',
      'DeleteFunctionEventInvokeConfig GetFunctionEventInvokeConfig PutFunctionEventInvokeConfig UpdateFunctionEventInvokeConfig',
      functions,
    ),
  ],
  'AWS::Lambda::EventSourceMapping': [
    of(
      'lambda',
      'CreateEventSourceMapping DeleteEventSourceMapping GetEventSourceMapping ListTags TagResource UntagResource UpdateEventSourceMapping',
      ['*'],
    ),
  ],
  'AWS::Lambda::Function': [
    of(
      'lambda',
      'CreateFunction DeleteFunction GetFunction GetFunctionCodeSigningConfig GetFunctionConcurrency GetFunctionConfiguration ' +
        'GetFunctionRecursionConfig GetLayerVersion GetRuntimeManagementConfig InvokeFunction ListTags PublishVersion ' +
        'PutFunctionConcurrency TagResource UntagResource UpdateFunctionCode UpdateFunctionConfiguration',
      [...functions, `lambda:${here}layer:*`],
    ),
    of('iam', 'PassRole', roles),
    // Where CDK puts the code.
    of('s3', 'GetObject GetObjectVersion', ['s3:::cdk-*-assets-ACCOUNT-*/*']),
  ],
  'AWS::Lambda::LayerVersion': [
    of('lambda', 'DeleteLayerVersion GetLayerVersion PublishLayerVersion', [`lambda:${here}layer:*`]),
    of('s3', 'GetObject GetObjectVersion', ['s3:::cdk-*-assets-ACCOUNT-*/*']),
  ],
  'AWS::Lambda::Permission': [of('lambda', 'AddPermission GetPolicy RemovePermission', functions)],
  'AWS::Logs::LogGroup': [
    of(
      'logs',
      'AssociateKmsKey CreateLogGroup DeleteLogGroup DeleteRetentionPolicy DisassociateKmsKey ListTagsForResource ' +
        'PutRetentionPolicy TagResource UntagResource',
      [`logs:${here}log-group:NAME-*`],
    ),
    of('logs', 'DescribeLogGroups', ['*']),
  ],
  'AWS::S3::Bucket': [
    of(
      's3',
      'CreateBucket DeleteBucket GetBucketNotification GetBucketOwnershipControls GetBucketPublicAccessBlock GetBucketTagging ' +
        'GetEncryptionConfiguration GetLifecycleConfiguration GetBucketLogging ListBucket PutBucketLogging PutBucketNotification ' +
        'PutBucketOwnershipControls PutBucketPublicAccessBlock PutBucketTagging PutEncryptionConfiguration PutLifecycleConfiguration',
      buckets,
    ),
  ],
  'AWS::S3::BucketPolicy': [of('s3', 'DeleteBucketPolicy GetBucketPolicy PutBucketPolicy', buckets)],
  'AWS::SNS::Subscription': [
    of(
      'sns',
      'GetSubscriptionAttributes ListSubscriptionsByTopic SetSubscriptionAttributes Subscribe Unsubscribe',
      topics,
    ),
  ],
  'AWS::SNS::Topic': [
    of(
      'sns',
      'CreateTopic DeleteTopic GetTopicAttributes ListTagsForResource SetTopicAttributes TagResource UntagResource',
      topics,
    ),
  ],
  'AWS::SNS::TopicPolicy': [of('sns', 'GetTopicAttributes SetTopicAttributes', topics)],
  'AWS::SQS::Queue': [
    of(
      'sqs',
      'CreateQueue DeleteQueue GetQueueAttributes GetQueueUrl ListQueueTags SetQueueAttributes TagQueue UntagQueue',
      queues,
    ),
  ],
  'AWS::SQS::QueuePolicy': [of('sqs', 'GetQueueAttributes SetQueueAttributes', queues)],
  // Its handler is a function of the same stack.
  'Custom::AWSCDK-EKS-HelmChart': [of('lambda', 'InvokeFunction', functions)],
};
