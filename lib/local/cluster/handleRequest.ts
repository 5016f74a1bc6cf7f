import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerJson, answerStatus, answerText } from './answer.ts';
import type { ClusterState } from './clusterState.ts';
import { discoveryOf } from './discovery.ts';
import type { Fault } from './faults.ts';
import { asObject } from './json.ts';
import { readListOptions } from './listOptions.ts';
import { applyRequestFaults } from './requestFaults.ts';
import { type RequestInfo, readRequest } from './requestInfo.ts';
import type { ResourceView } from './resources.ts';
import { readPage, writePage } from './serveList.ts';
import { serveWatch } from './serveWatch.ts';
import { notFound, StatusError } from './statusError.ts';

/** Answers one request; every refusal leaves as a Status. */
export async function handleRequest(
  state: ClusterState,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const method = request.method ?? 'GET';
  const url = request.url ?? '/';
  const info = readRequest(method, url);
  const record = state.requests.add(info, state.now(), method, url, request.headers['user-agent']);
  request.resume();
  const noteStatus = () => {
    record.status = response.headersSent ? response.statusCode : 0;
  };
  response.on('close', noteStatus);
  try {
    const faults = state.faults.take({ verb: info.verb, resource: info.view?.resource ?? '', path: info.path });
    if (await applyRequestFaults(request, response, faults)) return;
    record.user = state.access.check(request.headers.authorization, info);
    await route(state, request, response, info, faults);
  } catch (error) {
    if (error instanceof StatusError && !response.headersSent) answerStatus(request, response, error);
    else if (!isDisconnect(error)) throw error;
  }
  // A watch is answered, but not over.
  noteStatus();
}

/** The client went away while it was answered: its right, and seen by `close` already. */
function isDisconnect(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return (
    code === 'ERR_STREAM_PREMATURE_CLOSE' ||
    code === 'ECONNRESET' ||
    code === 'EPIPE' ||
    code === 'ERR_STREAM_DESTROYED'
  );
}

async function route(
  state: ClusterState,
  request: IncomingMessage,
  response: ServerResponse,
  info: RequestInfo,
  faults: readonly Fault[],
): Promise<void> {
  const { view, verb } = info;
  if (view === undefined) {
    const answer = info.verb === 'get' ? discoveryOf(info.path, request.headers.host ?? '') : undefined;
    if (answer === undefined && !isServedGroup(info.path)) {
      answerText(response, 404, '404 page not found\n', { 'Content-Type': 'text/plain; charset=utf-8' });
      return;
    }
    if (answer === undefined) throw notFound();
    if (typeof answer === 'string') answerText(response, 200, answer, { 'Content-Type': 'text/plain; charset=utf-8' });
    else answerJson(request, response, 200, answer);
    return;
  }
  if (verb === 'get') answerObject(state, request, response, info, view);
  else if (verb === 'list') await answerList(state, request, response, info, view, faults);
  else if (verb === 'watch') answerWatch(state, response, info, view, faults);
  else
    throw new StatusError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource');
}

async function answerList(
  state: ClusterState,
  request: IncomingMessage,
  response: ServerResponse,
  info: RequestInfo,
  view: ResourceView,
  faults: readonly Fault[],
): Promise<void> {
  const store = state.stores[view.resource];
  const page = readPage(store, view, info.namespace || undefined, readListOptions(info.query), state.revision.current);
  await writePage(request, response, view, page, state.options.gzip ?? true, faults);
}

function answerWatch(
  state: ClusterState,
  response: ServerResponse,
  info: RequestInfo,
  view: ResourceView,
  faults: readonly Fault[],
): void {
  const store = state.stores[view.resource];
  const place = { store, view, scope: info.namespace || undefined, currentRevision: () => state.revision.current };
  const options = readListOptions(info.query, state.options.watchList);
  const watcher = serveWatch(response, place, options, state.options, faults);
  if (watcher === undefined) return;
  state.watchers.add(watcher);
  response.on('close', () => state.watchers.delete(watcher));
}

function answerObject(
  state: ClusterState,
  request: IncomingMessage,
  response: ServerResponse,
  info: RequestInfo,
  view: ResourceView,
): void {
  const version = state.stores[view.resource].get(info.namespace, info.name);
  if (version === undefined) {
    const { resource, group } = view;
    const subject = group === '' ? resource : `${resource}.${group}`;
    const details = { name: info.name, ...(group === '' ? {} : { group }), kind: resource };
    throw new StatusError(404, 'NotFound', `${subject} "${info.name}" not found`, { details });
  }
  const { block, start, end } = view.body(version);
  const body = asObject(JSON.parse(block.toString('utf8', start, end)));
  answerJson(request, response, 200, { kind: view.kind, apiVersion: view.apiVersion, ...body });
}

/** In a group that exists, an unknown version or resource is refused by the group's handler; elsewhere by Go's router. */
function isServedGroup(path: string): boolean {
  return path.startsWith('/api/v1/') || path.startsWith('/apis/events.k8s.io/');
}
