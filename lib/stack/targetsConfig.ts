import * as z from 'zod';

/**
 * Who hears of something: the keys that `notify` and `operations` share.
 *
 * Slack goes through Amazon Q Developer in chat applications (formerly AWS Chatbot), whose workspace has to be authorized
 * once in the console: https://docs.aws.amazon.com/chatbot/latest/adminguide/slack-setup.html
 */
export const targetFields = {
  /** Each address confirms its subscription once. */
  emails: z.array(z.email('must be a mail address'), 'must be a list of mail addresses').default([]),
  /** HTTPS endpoints that accept SNS messages, such as PagerDuty's or Opsgenie's. */
  webhooks: z
    .array(z.url({ protocol: /^https$/, error: 'must be an https URL' }), 'must be a list of https URLs')
    .default([]),
  slack: z
    .strictObject({
      workspaceId: z
        .string('must be text')
        .regex(/^[0-9A-Z]{1,255}$/, 'must be a Slack workspace id like T012ABCDEFG: capitals and digits'),
      channelId: z
        .string('must be text')
        .regex(
          /^[A-Za-z0-9]{1,256}$/,
          'must be a Slack channel id like C012ABCDEFG, which is not the name of the channel',
        ),
    })
    .optional(),
};

/** Addresses, endpoints and channels of one topic. */
export interface NotificationTargets {
  /**
   * Mail addresses; each confirms its subscription once.
   *
   * @default - none
   */
  readonly emails?: readonly string[] | undefined;
  /**
   * HTTPS endpoints that accept SNS messages.
   *
   * @default - none
   */
  readonly webhooks?: readonly string[] | undefined;
  /**
   * A Slack channel, through Amazon Q Developer in chat applications.
   *
   * @default - none
   */
  readonly slack?: { readonly workspaceId: string; readonly channelId: string } | undefined;
}
