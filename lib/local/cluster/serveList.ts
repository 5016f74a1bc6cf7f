import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerBadly, answerJson, answerLarge, wantsPretty } from './answer.ts';
import type { ByteRange } from './byteArena.ts';
import { type ContinueToken, decodeContinue, encodeContinue } from './continueToken.ts';
import type { Fault } from './faults.ts';
import { asObject } from './json.ts';
import { type ListOptions, revisionOf } from './listOptions.ts';
import type { ObjectStore, Scope, Version } from './objectStore.ts';
import type { ResourceView } from './resources.ts';
import { compileSelector } from './selector.ts';
import { badRequest, StatusError, tooLargeVersion } from './statusError.ts';

/** One page of a list, decided but not yet written. */
export interface Page {
  readonly versions: readonly Version[];
  readonly resourceVersion: number;
  readonly continueToken: string | undefined;
  readonly remainingItemCount: number | undefined;
}

/**
 * Reads the page that was asked for, all pages of one list at the revision of the first.
 *
 * @throws StatusError 400, 410 or 504
 */
export function readPage(
  store: ObjectStore,
  view: ResourceView,
  scope: Scope,
  options: ListOptions,
  current: number,
): Page {
  const { limit } = options;
  const token = options.continueToken === undefined ? undefined : decodeContinue(options.continueToken);
  const revision =
    token === undefined
      ? listRevision(store, view, options, current)
      : continueRevision(store, token, options, current);
  const selector = compileSelector(view, options.fieldSelector, options.labelSelector);
  // One more than asked for tells whether there is a next page.
  const found = store.read(scope, revision, token?.start ?? '', selector ?? (() => true), limit === 0 ? -1 : limit + 1);
  const hasMore = limit > 0 && found.length > limit;
  const versions = hasMore ? found.slice(0, limit) : found;
  const last = versions.at(-1);
  if (!hasMore || last === undefined) {
    return { versions, resourceVersion: revision, continueToken: undefined, remainingItemCount: undefined };
  }
  const start = `${scope === undefined ? last.entry.key : last.entry.name}\0`;
  return {
    versions,
    resourceVersion: revision,
    continueToken: encodeContinue({ revision, start }),
    // With a selector the server cannot know without reading everything, and says nothing.
    remainingItemCount: selector === undefined ? store.countAfter(scope, last.entry.key) : undefined,
  };
}

function listRevision(store: ObjectStore, view: ResourceView, options: ListOptions, current: number): number {
  const asked = revisionOf(options.resourceVersion, false);
  // A server with a watch cache waits for the version and then asks the client to come again; Events have none.
  if (asked > current) throw tooLargeVersion(String(asked), current, view.resource === 'events' ? undefined : 1);
  // With a limit and no match the server still reads exactly there, as it always did.
  const isExact =
    options.resourceVersionMatch === 'Exact' || (options.resourceVersionMatch === undefined && options.limit > 0);
  if (!isExact || asked === 0) return current;
  if (asked < store.compacted)
    throw new StatusError(410, 'Expired', 'The resourceVersion for the provided list is too old.');
  return asked;
}

function continueRevision(store: ObjectStore, token: ContinueToken, options: ListOptions, current: number): number {
  if (options.resourceVersion !== undefined && options.resourceVersion !== '0') {
    throw badRequest('specifying resource version is not allowed when using continue');
  }
  if (token.revision === -1) return current;
  if (token.revision >= store.compacted && token.revision <= current) return token.revision;
  const continueToken = encodeContinue({ revision: -1, start: token.start });
  throw new StatusError(410, 'Expired', expiredToken, { continueToken });
}

const expiredToken =
  'The provided continue parameter is too old to display a consistent list result. ' +
  'You can start a new list without the continue parameter, or use the continue token in this response to retrieve the ' +
  'remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were ' +
  'created, modified, or deleted between the time the first chunk was returned and now may show up in the list.';

/** Writes a page as the list kind of a view. */
export async function writePage(
  request: IncomingMessage,
  response: ServerResponse,
  view: ResourceView,
  page: Page,
  mayGzip: boolean,
  faults: readonly Fault[],
): Promise<void> {
  const { resourceVersion, continueToken, remainingItemCount } = page;
  const metadata = {
    resourceVersion: String(resourceVersion),
    ...(continueToken === undefined ? {} : { continue: continueToken }),
    ...(remainingItemCount === undefined ? {} : { remainingItemCount }),
  };
  const head = { kind: `${view.kind}List`, apiVersion: view.apiVersion, metadata };
  if (wantsPretty(request)) {
    const items = page.versions.map((version) => asObject(JSON.parse(textOf(view.body(version)))));
    answerJson(request, response, 200, { ...head, items });
    return;
  }
  const open = Buffer.from(`${JSON.stringify(head).slice(0, -1)},"items":[`);
  const size = page.versions.reduce((sum, version) => sum + version.end - version.start + 1, open.length + 3);
  const body = pieces(open, view, page.versions);
  if (faults.some((fault) => bodyFaults.has(fault.do))) answerBadly(response, body, faults);
  else await answerLarge(request, response, body, size, mayGzip);
}

const bodyFaults: ReadonlySet<string> = new Set(['chunk', 'cut', 'drip']);
const pieceBytes = 128 * 1024;

/** The body in pieces of about 128 KiB, made as the connection takes them. */
function* pieces(open: Buffer, view: ResourceView, versions: readonly Version[]): Generator<Buffer> {
  let ranges: ByteRange[] = [{ block: open, start: 0, end: open.length }];
  let bytes = open.length;
  let isFirst = true;
  for (const version of versions) {
    if (!isFirst) ranges.push(comma);
    isFirst = false;
    const range = view.body(version);
    ranges.push(range);
    bytes += range.end - range.start + 1;
    if (bytes < pieceBytes) continue;
    yield joined(ranges);
    ranges = [];
    bytes = 0;
  }
  yield joined([...ranges, close]);
}

const comma: ByteRange = { block: Buffer.from(','), start: 0, end: 1 };
const close: ByteRange = { block: Buffer.from(']}\n'), start: 0, end: 3 };

function joined(ranges: readonly ByteRange[]): Buffer {
  const length = ranges.reduce((sum, range) => sum + range.end - range.start, 0);
  const block = Buffer.allocUnsafe(length);
  let at = 0;
  for (const range of ranges) at += range.block.copy(block, at, range.start, range.end);
  return block;
}

function textOf(range: ByteRange): string {
  return range.block.toString('utf8', range.start, range.end);
}
