import type { ServerResponse } from 'node:http';
import { writeHead } from './answer.ts';
import type { ClusterOptions, StaleForm } from './clusterOptions.ts';
import type { Fault } from './faults.ts';
import { type ListOptions, revisionOf } from './listOptions.ts';
import type { ObjectStore, Scope, Version } from './objectStore.ts';
import type { ResourceView } from './resources.ts';
import { compileSelector } from './selector.ts';
import { sinkOf } from './sink.ts';
import { StatusError } from './statusError.ts';
import { errorLine, Watcher } from './watcher.ts';

/** Where a watch happens. */
export interface WatchPlace {
  readonly store: ObjectStore;
  readonly view: ResourceView;
  readonly scope: Scope;
  readonly currentRevision: () => number;
}

/** apiserver `--min-request-timeout`: a watch without its own timeout ends after one to two times this. */
const minTimeoutSeconds = 1800;
const noVersions: readonly Version[] = [];

/**
 * Answers a watch: the head at once, then lines until its timeout.
 *
 * @returns the watcher, or `undefined` when the watch ended at once as too old
 * @throws StatusError before anything is answered
 */
export function serveWatch(
  response: ServerResponse,
  place: WatchPlace,
  options: ListOptions,
  settings: ClusterOptions,
  faults: readonly Fault[],
): Watcher | undefined {
  const { store, view, scope } = place;
  const asked = revisionOf(options.resourceVersion, true);
  const selector = compileSelector(view, options.fieldSelector, options.labelSelector);
  const current = place.currentRevision();
  const stale = faults.find((fault) => fault.do === 'stale')?.form;
  const isFromStart = asked === 0;
  if (stale !== undefined || (!isFromStart && options.sendInitialEvents !== true && asked < store.compacted)) {
    answerStale(response, stale ?? settings.staleForm ?? 'line', tooOld(view, asked, store.compacted));
    return undefined;
  }

  const sendsInitial = options.sendInitialEvents ?? isFromStart;
  const initial = sendsInitial ? store.read(scope, current, '', selector ?? (() => true), -1) : noVersions;
  writeHead(response, 200);
  response.flushHeaders();
  const sink = sinkOf(response, settings.watchBufferBytes ?? 1024 * 1024, faults);
  const watcher = new Watcher(
    store,
    {
      view,
      scope,
      selector,
      initial,
      firstChange: sendsInitial || isFromStart ? store.nextChange : store.changeAfter(asked),
      afterRevision: sendsInitial ? 0 : asked,
      wantsBookmarks: options.allowWatchBookmarks,
      marksInitialEnd: options.sendInitialEvents === true,
    },
    sink,
    {
      maxLag: settings.maxWatchLag ?? Number.POSITIVE_INFINITY,
      currentRevision: place.currentRevision,
      faults,
    },
  );
  endInTime(response, watcher, options, bookmarkIntervalOf(view, settings));
  watcher.pump();
  return watcher;
}

function endInTime(
  response: ServerResponse,
  watcher: Watcher,
  options: ListOptions,
  bookmarkMs: number | undefined,
): void {
  const seconds = options.timeoutSeconds ?? minTimeoutSeconds * (1 + Math.random());
  const timer = setTimeout(() => {
    if (watcher.isSilent) return;
    if (bookmarkMs !== undefined) watcher.sendBookmark();
    watcher.close();
  }, seconds * 1000);
  const bookmarks = bookmarkMs === undefined ? undefined : setInterval(() => watcher.sendBookmark(), bookmarkMs);
  timer.unref();
  bookmarks?.unref();
  response.on('close', () => {
    clearTimeout(timer);
    clearInterval(bookmarks);
  });
}

/** Pods and nodes come out of a watch cache that sends a bookmark every minute; Events have no cache. */
function bookmarkIntervalOf(view: ResourceView, settings: ClusterOptions): number | undefined {
  return view.resource === 'events' ? settings.bookmarkIntervalMs : (settings.bookmarkIntervalMs ?? 60_000);
}

function tooOld(view: ResourceView, asked: number, compacted: number): StatusError {
  const message =
    view.resource === 'events'
      ? 'The resourceVersion for the provided watch is too old.'
      : `too old resource version: ${asked} (${compacted})`;
  return new StatusError(410, 'Expired', message);
}

function answerStale(response: ServerResponse, form: StaleForm, error: StatusError): void {
  if (form === 'http') throw error;
  writeHead(response, 200);
  response.end(form === 'line' ? errorLine(error) : undefined);
}
