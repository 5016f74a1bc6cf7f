/**
 * A CDK app of a platform team that already has one: the forwarder's constructs beside what the team owns.
 *
 *   npx cdk synth --app "node examples/platform-app.ts"
 *
 * In an app of your own, import from 'kube-event-forwarder' instead of '../lib/stack/index.ts'.
 */
import { App, CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { ComparisonOperator } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { EventBus, EventField, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { EventBus as EventBusTarget, SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { ArnPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { EventForwarder, PodIdentity } from '../lib/stack/index.ts';

const home = { account: '111122223333', region: 'eu-west-1' };
const abroad = { account: '111122223333', region: 'us-east-1' };

/** The backend, in the team's own stack with the team's own queue, dashboards and access. */
class EventsStack extends Stack {
  readonly forwarder: EventForwarder;

  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);
    this.forwarder = new EventForwarder(this, 'Events', {
      name: 'platform',
      retention: Duration.days(90),
      encryption: 'customer-managed',
      notifyFrom: 'critical',
      notify: { emails: ['oncall@example.com'] },
      operations: { emails: ['platform@example.com'] },
      incidents: { windowMs: 10 * 60_000 },
      rules: [
        { id: 'batch-can-wait', match: { namespace: 'batch-*', reason: 'BackoffLimitExceeded' }, severity: 'low' },
        { id: 'payments-cannot', match: { namespace: 'payments', type: 'Warning' }, severity: 'high' },
      ],
    });
    this.sendCapacityTroubleToAutoscalers();
    this.sendEverythingToSecurity();
    this.letPeopleIn();
  }

  /** Your own target: a queue that another team works through. */
  private sendCapacityTroubleToAutoscalers(): void {
    const deadLetterQueue = new Queue(this, 'CapacityDeadLetters', { enforceSSL: true });
    const queue = new Queue(this, 'Capacity', { enforceSSL: true });
    this.forwarder.onEvent('CapacityTrouble', {
      pattern: {
        detailType: ['event.k8s.received', 'event.k8s.ongoing'],
        detail: { labels: { effective_reason: ['FailedScheduling'] } },
      },
      targets: [
        new SqsQueue(queue, {
          deadLetterQueue,
          message: RuleTargetInput.fromObject({
            cluster: EventField.fromPath('$.detail.clusterId'),
            pod: EventField.fromPath('$.detail.labels.involved_name'),
            why: EventField.fromPath('$.detail.annotations.message'),
          }),
        }),
      ],
    });
  }

  /** The bus of another account, which has to let this one in. */
  private sendEverythingToSecurity(): void {
    const securityBus = EventBus.fromEventBusArn(
      this,
      'SecurityBus',
      `arn:aws:events:${this.region}:999988887777:event-bus/security`,
    );
    const deadLetterQueue = new Queue(this, 'SecurityDeadLetters', { enforceSSL: true });
    this.forwarder.onEvent('Everything', { targets: [new EventBusTarget(securityBus, { deadLetterQueue })] });
  }

  private letPeopleIn(): void {
    const sso = (name: string) => new ArnPrincipal(`arn:aws:iam::${this.account}:role/sso/${name}`);
    this.forwarder.grantRead(new Role(this, 'Developers', { assumedBy: sso('developers') }));
    const operators = new Role(this, 'Operators', { assumedBy: sso('operators') });
    this.forwarder.grantRead(operators);
    this.forwarder.grantRedrive(operators);

    this.forwarder
      .metric('EventsRejected', { period: Duration.hours(1) })
      .createAlarm(this, 'ManyRejected', {
        threshold: 1000,
        evaluationPeriods: 1,
        comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      })
      .addAlarmAction(new SnsAction(this.forwarder.operationsTopic));
    new CfnOutput(this, 'ApiUrl', { value: this.forwarder.api.url });
  }
}

const app = new App();
const { forwarder } = new EventsStack(app, 'PlatformEvents', { env: home });

// A cluster beside the backend: its role and its association, in a stack that comes and goes with it.
const shop = new Stack(app, 'ShopCluster', { env: home });
forwarder.addCluster({ id: 'shop', eksCluster: 'shop-eks', scope: shop });

// A cluster that is older than Pod Identity.
const legacy = new Stack(app, 'LegacyCluster', { env: home });
forwarder.addCluster({
  id: 'legacy',
  scope: legacy,
  oidcProviderArn: `arn:aws:iam::${home.account}:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/A1B2C3D4E5F6`,
});

// A cluster in another region: its role stays where the API is, its association is where the cluster is.
const usAccess = new Stack(app, 'UsClusterAccess', { env: home });
const us = forwarder.addCluster({ id: 'us', eksCluster: 'us-eks', place: abroad, scope: usAccess });
const usCluster = new Stack(app, 'UsCluster', { env: abroad });
new PodIdentity(usCluster, 'Relay', us.podIdentityProps('us-eks'));

// A relay that runs in no EKS cluster at all, as a role that you have.
forwarder.addCluster({
  id: 'lab',
  scope: usAccess,
  assumedBy: new ArnPrincipal(`arn:aws:iam::${home.account}:role/lab-machines`),
});

app.synth();
