import type { StatusObject } from './statusObject.ts';

/** What a source does next. A probe is a list of one item. */
export type Step = 'probe' | 'list' | 'watch';

/** How one probe, list or watch came to its end. */
export type AttemptEnd =
  /** It did what it is for, or the server closed a watch in good order. */
  | { readonly kind: 'done'; readonly next: Step }
  | BrokenEnd
  /** The relay is stopping. */
  | { readonly kind: 'stopped' };

/** The ends after which something has to be repaired. */
export type BrokenEnd =
  /** The version to resume from is gone, in any of its three forms. */
  | { readonly kind: 'stale'; readonly form: 'http410' | 'error410' | 'empty' }
  | { readonly kind: 'refused'; readonly status: StatusObject; readonly retryAfterMs?: number }
  /** The network or the server broke. */
  | { readonly kind: 'failed'; readonly reason: string }
  /** No byte for the idle time: the stream may be dead without knowing. */
  | { readonly kind: 'idle' }
  /** A line that is no JSON. */
  | { readonly kind: 'corrupt' }
  /** There was no room for events for so long that the socket was given up. */
  | { readonly kind: 'stalled' };

/** How an attempt ends that threw. */
export function endOfError(error: unknown, signal: AbortSignal): Extract<AttemptEnd, { kind: 'failed' | 'stopped' }> {
  if (signal.aborted) return { kind: 'stopped' };
  return { kind: 'failed', reason: error instanceof Error ? error.message : String(error) };
}
