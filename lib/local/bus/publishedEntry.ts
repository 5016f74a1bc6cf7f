import type { PublishedEntry } from '../localEvent.ts';
import type { PutEventsEntry } from './putEvents.ts';

/** The entry as the outside sees it: as given, its time as text. */
export function publishedEntry(entry: PutEventsEntry, now: number): PublishedEntry {
  return {
    Source: entry.Source ?? '',
    DetailType: entry.DetailType ?? '',
    Detail: entry.Detail ?? '',
    Time: new Date(entry.Time === undefined ? now : entry.Time * 1000).toISOString(),
    ...(entry.Resources === undefined ? {} : { Resources: entry.Resources }),
    ...(entry.EventBusName === undefined ? {} : { EventBusName: entry.EventBusName }),
  };
}
