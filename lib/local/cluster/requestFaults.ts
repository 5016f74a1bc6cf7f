import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { answerStatus, answerText } from './answer.ts';
import type { Fault } from './faults.ts';
import { StatusError } from './statusError.ts';

/** Applies the faults that replace an answer or delay it. Resolves with true when nothing more is to be answered. */
export async function applyRequestFaults(
  request: IncomingMessage,
  response: ServerResponse,
  faults: readonly Fault[],
): Promise<boolean> {
  for (const fault of faults) {
    if (fault.do === 'delay') await sleep(fault.ms, undefined, { ref: false });
    if (fault.do === 'hang') return true;
    if (fault.do === 'reset') {
      response.socket?.resetAndDestroy();
      return true;
    }
    if (fault.do === 'body') {
      answerText(response, fault.code, fault.body, { 'Content-Type': fault.contentType });
      return true;
    }
    if (fault.do === 'status') {
      answerStatus(request, response, statusOf(fault));
      return true;
    }
  }
  return false;
}

const reasons: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  409: 'Conflict',
  410: 'Expired',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
  504: 'Timeout',
};

const messages: Readonly<Record<number, string>> = {
  401: 'Unauthorized',
  410: 'The resourceVersion for the provided list is too old.',
  429: 'Too many requests, please try again later.',
  500: 'etcdserver: request timed out',
  503: 'apiserver is shutting down',
};

function statusOf(fault: Fault & { do: 'status' }): StatusError {
  const { code, retryAfterSeconds } = fault;
  const reason = fault.reason ?? reasons[code];
  const extra = retryAfterSeconds === undefined ? {} : { retryAfterSeconds };
  return new StatusError(code, reason, messages[code] ?? 'switched on by a test', extra);
}
