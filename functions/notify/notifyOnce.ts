import { KefError } from '../../lib/errors.ts';
import type { NotificationClaims } from '../../lib/store/incidentNotifications.ts';
import type { Affected } from './affected.ts';
import { composeText, type NotificationText } from './composeText.ts';
import type { DeliveredPublication } from './readPublication.ts';

/** Where people are told. */
export interface Topic {
  publish(text: NotificationText): Promise<void>;
}

/** The world outside `notify`; tests bring their own. */
export interface NotifyPorts {
  readonly claims: Pick<NotificationClaims, 'claim' | 'markSent' | 'release'>;
  readonly topic: Topic;
  /** Who else is in trouble; the text goes out without that when it cannot be told. */
  readonly affected: (publication: DeliveredPublication) => Promise<Affected>;
}

/**
 * Tells people about a publication unless they were told. The event bus delivers at least once, and Lambda repeats a failed call;
 * the claim makes both harmless. One gap remains: when the function dies after SNS took the text and before that was
 * written down, the text is sent again once the lease ends. The other order could lose it.
 *
 * @throws KefError `StoreUnavailable` or `PublishFailed`: Lambda delivers again later
 */
export async function notifyOnce(publication: DeliveredPublication, ports: NotifyPorts): Promise<'told' | 'known'> {
  const { id } = publication.detail;
  const claim = await ports.claims.claim(id);
  if (claim === 'sent') return 'known';
  if (claim === 'held') {
    throw new KefError(
      'StoreUnavailable',
      `publication ${id} is being told by another invocation; it is tried again later.`,
    );
  }
  try {
    await ports.topic.publish(composeText(publication, await ports.affected(publication)));
  } catch (error) {
    await giveBack(id, ports);
    throw new KefError('PublishFailed', `people could not be told of publication ${id}; it is tried again later.`, {
      cause: error,
    });
  }
  await ports.claims.markSent(id);
  return 'told';
}

/** When this fails too, the lease ends by itself a minute later: nothing is lost but that minute. */
async function giveBack(id: string, ports: NotifyPorts): Promise<void> {
  try {
    await ports.claims.release(id);
  } catch {
    // The failure to publish is what gets reported.
  }
}
