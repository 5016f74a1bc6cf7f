import { badRequest, type FieldProblem, invalidOptions, StatusError } from './statusError.ts';

/** The query of a list or watch, checked as the API server checks it (apimachinery `ValidateListOptions`). */
export interface ListOptions {
  readonly isWatch: boolean;
  /** 0 means everything. */
  readonly limit: number;
  readonly continueToken: string | undefined;
  /** As asked; `undefined` when absent or empty. */
  readonly resourceVersion: string | undefined;
  readonly resourceVersionMatch: 'Exact' | 'NotOlderThan' | undefined;
  readonly timeoutSeconds: number | undefined;
  readonly allowWatchBookmarks: boolean;
  readonly sendInitialEvents: boolean | undefined;
  readonly fieldSelector: string;
  readonly labelSelector: string;
}

/**
 * Reads and checks list options.
 *
 * @param hasWatchList the server understands `sendInitialEvents`
 * @throws StatusError 400 or 422 in the server's words
 */
export function readListOptions(query: URLSearchParams, hasWatchList = true): ListOptions {
  const sendInitialEvents = query.get('sendInitialEvents');
  const options = {
    isWatch: booleanOf(query.get('watch')),
    limit: Math.max(0, integerOf(query.get('limit')) ?? 0),
    continueToken: query.get('continue') || undefined,
    resourceVersion: query.get('resourceVersion') || undefined,
    timeoutSeconds: integerOf(query.get('timeoutSeconds')),
    allowWatchBookmarks: booleanOf(query.get('allowWatchBookmarks')),
    sendInitialEvents: sendInitialEvents === null ? undefined : booleanOf(sendInitialEvents),
    fieldSelector: query.get('fieldSelector') ?? '',
    labelSelector: query.get('labelSelector') ?? '',
  };
  const match = query.get('resourceVersionMatch') ?? '';
  const problems = options.isWatch ? watchProblems(options, match, hasWatchList) : listProblems(options, match);
  if (problems.length > 0) throw invalidOptions(problems);
  // The checks above let only these values through.
  return { ...options, resourceVersionMatch: (match || undefined) as ListOptions['resourceVersionMatch'] };
}

type Unmatched = Omit<ListOptions, 'resourceVersionMatch'>;

function listProblems(options: Unmatched, match: string): FieldProblem[] {
  const problems: FieldProblem[] = [];
  if (match !== '') {
    if (options.resourceVersion === undefined) {
      problems.push(matchForbidden('resourceVersionMatch is forbidden unless resourceVersion is provided'));
    }
    if (options.continueToken !== undefined) {
      problems.push(matchForbidden('resourceVersionMatch is forbidden when continue is provided'));
    }
    if (match !== 'Exact' && match !== 'NotOlderThan') {
      problems.push(matchUnsupported(match, '"Exact", "NotOlderThan", ""'));
    }
    if (match === 'Exact' && options.resourceVersion === '0') {
      problems.push(matchForbidden('resourceVersionMatch "exact" is forbidden for resourceVersion "0"'));
    }
  }
  if (options.sendInitialEvents !== undefined) {
    const message = 'sendInitialEvents is forbidden for list';
    problems.push({ field: 'sendInitialEvents', reason: 'Forbidden', message });
  }
  return problems;
}

function watchProblems(options: Unmatched, match: string, hasWatchList: boolean): FieldProblem[] {
  const problems: FieldProblem[] = [];
  if (options.sendInitialEvents !== undefined && !hasWatchList) {
    const message = 'sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled';
    return [{ field: 'sendInitialEvents', reason: 'Forbidden', message }];
  }
  if (options.sendInitialEvents !== undefined && match !== 'NotOlderThan') {
    problems.push(matchForbidden('sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'));
  }
  if (match !== '') {
    if (options.sendInitialEvents === undefined) {
      problems.push(matchForbidden('resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided'));
    }
    if (match !== 'NotOlderThan') problems.push(matchUnsupported(match, '"NotOlderThan"'));
  }
  if (options.continueToken !== undefined) {
    problems.push(matchForbidden('resourceVersionMatch is forbidden when continue is provided'));
  }
  return problems;
}

function matchForbidden(message: string): FieldProblem {
  return { field: 'resourceVersionMatch', reason: 'Forbidden', message };
}

function matchUnsupported(match: string, supported: string): FieldProblem {
  const message = `"${match}": supported values: ${supported}`;
  return { field: 'resourceVersionMatch', reason: 'Unsupported value', message };
}

/**
 * Reads a resourceVersion; absent is 0.
 *
 * @throws StatusError 400 for a list; 500 without a reason for a watch, which is what the real server does
 */
export function revisionOf(text: string | undefined, isWatch: boolean): number {
  if (text === undefined) return 0;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  const cause = `resourceVersion: Invalid value: ${JSON.stringify(text)}: strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`;
  throw isWatch ? new StatusError(500, undefined, cause) : badRequest(`invalid resource version: ${cause}`);
}

/** Anything but `0` and `false` is true, also nothing at all. */
function booleanOf(text: string | null): boolean {
  return text !== null && text !== '0' && text.toLowerCase() !== 'false';
}

function integerOf(text: string | null): number | undefined {
  if (text === null || text === '') return undefined;
  if (!/^[+-]?\d+$/.test(text)) {
    throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  }
  return Number(text);
}
