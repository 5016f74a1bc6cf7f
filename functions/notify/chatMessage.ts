import type { NotificationText } from './composeText.ts';

/** https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html */
const maxDescriptionLength = 7_000;

/**
 * A notification as JSON text, in the one form that Amazon Q Developer in chat applications shows; it drops plain text
 * without a word. Messages about one reason in one place land in one thread.
 */
export function chatMessage({ subject, body, attributes }: NotificationText): string {
  const { severity, cluster, namespace, reason } = attributes;
  const text = body.length <= maxDescriptionLength ? body : `${body.slice(0, maxDescriptionLength).toWellFormed()}…`;
  return JSON.stringify({
    version: '1.0',
    source: 'custom',
    content: {
      textType: 'client-markdown',
      title: subject,
      // A block keeps columns straight; nothing in it may end it.
      description: `\`\`\`\n${text.replaceAll('```', "'''")}\n\`\`\``,
    },
    metadata: {
      threadId: `${cluster}/${namespace}/${reason}`,
      summary: subject,
      additionalContext: { severity, cluster, namespace, reason },
    },
  });
}
