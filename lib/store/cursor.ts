import { createHash } from 'node:crypto';
import type * as z from 'zod';
import { KefError } from '../errors.ts';

/** Grows when the meaning of a state changes: cursors live for minutes, so older ones are refused rather than migrated. */
const version = 1;

/**
 * Where a list goes on, as opaque text. It is bound to the query it came from, because a place in one list means nothing in
 * another.
 *
 * @param query everything that decides what the list holds, as JSON
 */
export function encodeCursor(query: unknown, state: unknown): string {
  return Buffer.from(JSON.stringify({ v: version, q: digest(query), s: state })).toString('base64url');
}

/**
 * Reverses {@link encodeCursor}.
 *
 * @throws KefError `CursorInvalid` when the text is no cursor, or one of another query
 */
export function decodeCursor<T extends z.ZodType>(query: unknown, text: string, schema: T): z.infer<T> {
  const { v, q, s } = readEnvelope(text);
  if (v !== version) throw invalid('it was not made by this version of the API');
  if (q !== digest(query))
    throw invalid('it belongs to a query with other parameters; repeat them unchanged, or start without a cursor');
  const state = schema.safeParse(s);
  if (!state.success) throw invalid('its content is damaged');
  return state.data;
}

function readEnvelope(text: string): { v?: unknown; q?: unknown; s?: unknown } {
  try {
    const envelope: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    if (typeof envelope === 'object' && envelope !== null) return envelope;
  } catch {
    // fall through: whatever it is, it is no cursor
  }
  throw invalid('it is not one this API has given out');
}

function invalid(why: string): KefError {
  return new KefError('CursorInvalid', `The cursor cannot be used: ${why}.`);
}

function digest(query: unknown): string {
  return createHash('sha256').update(JSON.stringify(query)).digest('base64url').slice(0, 16);
}
