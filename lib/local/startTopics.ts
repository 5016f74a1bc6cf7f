import type { Destinations } from './destinations.ts';
import type { LocalEvent } from './localEvent.ts';
import type { Messaging } from './messaging/Messaging.ts';
import { readSubscriptions } from './messaging/subscriptions.ts';
import { TopicInbox } from './messaging/TopicInbox.ts';
import type { Deployment } from './template/deployment.ts';

/** Gives every topic of the templates its far side: what is published becomes `notified` and reaches the subscribers. */
export function createInboxes(
  deployment: Deployment,
  options: {
    readonly messaging: Messaging;
    readonly destinations: Destinations;
    readonly emit: (event: LocalEvent) => void;
  },
): TopicInbox[] {
  const { messaging, destinations, emit } = options;
  const subscriptions = readSubscriptions(deployment);
  return deployment.resources('AWS::SNS::Topic').map(
    (topic) =>
      new TopicInbox({
        messaging,
        destinations,
        topicName: topic.attribute('TopicName'),
        subscriptions: subscriptions.filter(({ topicArn }) => topicArn === topic.ref),
        onMessage: ({ subject, message, attributes, topicArn }) => {
          const values = Object.entries(attributes).map(([name, { value }]) => [name, value]);
          emit({ type: 'notified', subject, message, attributes: Object.fromEntries(values), topicArn });
        },
        onDelivered: ({ subject, topicArn }, { protocol, endpoint }) =>
          emit({ type: 'delivered', protocol, endpoint, subject, topicArn }),
        onError: (text) => emit({ type: 'warning', text }),
      }),
  );
}
