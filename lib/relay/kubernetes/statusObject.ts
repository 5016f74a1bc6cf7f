import type { IncomingMessage } from 'node:http';

/** The parts of a Kubernetes `Status` object that decide what to do next. */
export interface StatusObject {
  readonly code: number;
  readonly reason: string;
  readonly message: string;
  /** A 410 about an expired list token may carry one to go on with, over newer data. */
  readonly continueToken?: string;
}

/** Reads a Status from JSON; anything else becomes one with the given code. */
export function readStatus(value: unknown, code: number): StatusObject {
  if (typeof value !== 'object' || value === null) return { code, reason: 'Unknown', message: '' };
  const status = value as {
    code?: unknown;
    reason?: unknown;
    message?: unknown;
    metadata?: { continue?: unknown } | null;
  };
  const token = status.metadata?.continue;
  return {
    code: typeof status.code === 'number' ? status.code : code,
    reason: typeof status.reason === 'string' ? status.reason : 'Unknown',
    message: typeof status.message === 'string' ? status.message : '',
    ...(typeof token === 'string' && token !== '' ? { continueToken: token } : undefined),
  };
}

/** Reads the body of a refused request, at most 64 KiB of it. */
export async function readRefusal(response: IncomingMessage): Promise<StatusObject> {
  const code = response.statusCode ?? 0;
  let text = '';
  for await (const chunk of response) {
    text += String(chunk);
    if (text.length > 64 * 1024) break;
  }
  try {
    return readStatus(JSON.parse(text), code);
  } catch {
    return { code, reason: 'Unknown', message: text.slice(0, 200) };
  }
}
