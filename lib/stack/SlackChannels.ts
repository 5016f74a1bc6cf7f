import { LoggingLevel, SlackChannelConfiguration } from 'aws-cdk-lib/aws-chatbot';
import { ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { NotificationTargets } from './targetsConfig.ts';

export interface SlackChannelsProps {
  readonly name: string;
  /** Topics and the channels they go to; a channel that gets several is configured once, as Slack integration demands. */
  readonly topics: readonly { readonly topic: ITopic; readonly slack: NotificationTargets['slack'] }[];
}

/**
 * Topics → Slack, through Amazon Q Developer in chat applications. Its role may do nothing and its guardrail allows reading
 * alarms only: people in the channel receive messages, and run nothing in the account by answering them.
 */
export class SlackChannels extends Construct {
  constructor(scope: Construct, id: string, props: SlackChannelsProps) {
    super(scope, id);
    const wanted = props.topics.flatMap(({ topic, slack }) => (slack === undefined ? [] : [{ topic, ...slack }]));
    if (wanted.length === 0) return;
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('chatbot.amazonaws.com') });
    const guardrail = ManagedPolicy.fromAwsManagedPolicyName('CloudWatchReadOnlyAccess');
    const channels = Map.groupBy(wanted, ({ workspaceId, channelId }) => `${workspaceId}-${channelId}`);
    for (const [key, members] of channels) {
      const [first] = members;
      if (first === undefined) continue;
      new SlackChannelConfiguration(this, key, {
        slackChannelConfigurationName: `${props.name}-${first.channelId}`,
        slackWorkspaceId: first.workspaceId,
        slackChannelId: first.channelId,
        notificationTopics: members.map(({ topic }) => topic),
        role,
        guardrailPolicies: [guardrail],
        loggingLevel: LoggingLevel.ERROR,
      });
    }
  }
}
