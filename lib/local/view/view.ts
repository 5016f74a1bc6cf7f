import type { StandardEvent } from '../../events/standardEvent.ts';
import type { PublishedEntry } from '../localEvent.ts';
import type { Tally } from '../tally.ts';

/** Where a local run can be reached, printed once everything answers. Field names are the `--json` contract. */
export interface ReadyInfo {
  readonly url: string;
  readonly clusterId: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** What SNS would have sent to people. */
export interface Notification {
  readonly subject: string;
  readonly message: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly topicArn: string;
}

/** One way of showing a local run: live on a terminal, plain lines in a pipe, or JSON lines. */
export interface LocalView {
  /** A step of the start, before anything can be shown. */
  progress(text: string): void;
  ready(info: ReadyInfo, source: string): void;
  published(entry: PublishedEntry, event: StandardEvent): void;
  notified(notification: Notification): void;
  /** Something a person running this should know: a failing function, a dead letter, a relay that is not ready. */
  warn(text: string): void;
  /** The counts now; called twice a second. */
  tick(tally: Tally): void;
  /** The end: restores the terminal and prints the totals. */
  finish(tally: Tally): void;
}
