import { gunzipSync } from 'node:zlib';
import type { Fault } from '../relay/sink.ts';

/** Answers every request with this. */
export function answering(status: number, headers: Record<string, string> = {}, body = '{}'): Fault {
  return (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
    return true;
  };
}

/** Reads the request and never answers. */
export const hanging: Fault = () => true;

/** Resets the connection instead of answering. */
export const resetting: Fault = (_request, response) => {
  response.socket?.resetAndDestroy();
  return true;
};

/** Starts an answer and closes the connection inside its body. */
export const halfClosing: Fault = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '4096' });
  response.write('{"accepted":');
  setTimeout(() => response.socket?.end(), 5);
  return true;
};

/** Answers one byte at a time, for longer than any deadline. */
export const dripping: Fault = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '4096' });
  const timer = setInterval(() => response.write(' '), 50);
  response.on('close', () => clearInterval(timer));
  return true;
};

/** Takes its time, then does the work. */
export function slow(ms: number): Fault {
  return async () => {
    await new Promise((resolve) => setTimeout(resolve, ms));
    return false;
  };
}

/** Takes its time, then fails in this way. */
export function slowly(ms: number, fault: Fault): Fault {
  return async (request, response, body) => {
    await new Promise((resolve) => setTimeout(resolve, ms));
    return fault(request, response, body);
  };
}

/** Does the work and loses the answer, so the relay cannot know that it was done. */
export const losingAnswers: Fault = (_request, response) => {
  response.end = () => {
    response.socket?.resetAndDestroy();
    return response;
  };
  return false;
};

/** Applies a fault to this share of the requests. */
export function sometimes(share: number, random: () => number, fault: Fault): Fault {
  return (request, response, body) => (random() < share ? fault(request, response, body) : false);
}

/** Chooses among faults for every request. */
export function oneOf(random: () => number, faults: readonly Fault[]): Fault {
  return (request, response, body) => faults[Math.floor(random() * faults.length)]?.(request, response, body) ?? false;
}

/** Refuses whole batches in which a bad event is, as a validator does that reads the body in one go. */
export function refusingBatchesWith(
  isBad: (event: Record<string, unknown>) => boolean,
  status: number,
  onAlone: (event: Record<string, unknown>) => void,
): Fault {
  return (request, response, body) => {
    if (request.method !== 'POST') return false;
    const { events } = JSON.parse(gunzipSync(body).toString('utf8')) as { events: Record<string, unknown>[] };
    const bad = events.find(isBad);
    if (bad === undefined) return false;
    if (events.length === 1) onAlone(bad);
    const error = { code: 'BodyInvalid', message: 'an event of this batch cannot be read' };
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ error }));
    return true;
  };
}

/** As API Gateway with IAM: a signature more than five minutes off is refused, with the server's date. */
export function checkingClock(now: () => number): Fault {
  return (request, response) => {
    const [, year, month, day, hour, minute, second] =
      /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(String(request.headers['x-amz-date'])) ?? [];
    const signedAt = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
    response.setHeader('date', new Date(now()).toUTCString());
    if (Math.abs(signedAt - now()) < 5 * 60_000) return false;
    return answering(403, {}, '{"message":"Signature expired"}')(request, response, Buffer.alloc(0));
  };
}

/** As IAM with short-lived keys: only requests signed with the key that is valid now pass. */
export function checkingKey(validKey: () => string): Fault {
  return (request, response, body) => {
    const key = /Credential=([^/]+)\//.exec(String(request.headers.authorization))?.[1];
    if (key === validKey()) return false;
    const message = 'The security token included in the request is expired';
    return answering(403, { 'x-amzn-errortype': 'ExpiredTokenException' }, JSON.stringify({ message }))(
      request,
      response,
      body,
    );
  };
}
