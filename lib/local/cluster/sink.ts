import type { ServerResponse } from 'node:http';
import type { CutForm, Fault } from './faults.ts';

/** Where the body of an answer goes. */
export interface Sink {
  write(bytes: Buffer): void;
  /** False while so much waits in the connection that the writer should pause. */
  hasRoom(): boolean;
  onDrain(listener: () => void): unknown;
  onClose(listener: () => void): unknown;
  close(how: CutForm): void;
}

/** A sink over an HTTP response, slow or cut short when faults say so. */
export function sinkOf(response: ServerResponse, bufferBytes: number, faults: readonly Fault[]): Sink {
  const drip = faults.find((fault) => fault.do === 'drip');
  const cut = faults.find((fault) => fault.do === 'cut');
  const chunk = faults.find((fault) => fault.do === 'chunk');
  const whole = directSink(response, bufferBytes);
  const direct = chunk === undefined ? whole : chunkingSink(whole, chunk.bytes);
  const limited = cut === undefined ? direct : cutSink(direct, cut.afterBytes, cut.how);
  return drip === undefined ? limited : drippingSink(limited, drip.bytesPerSecond);
}

function directSink(response: ServerResponse, bufferBytes: number): Sink {
  // Below this mark the response would never say "drain".
  const roomBytes = Math.max(bufferBytes, response.writableHighWaterMark);
  return {
    write: (bytes) => {
      if (!response.destroyed && !response.writableEnded) response.write(bytes);
    },
    hasRoom: () => response.writableLength < roomBytes,
    onDrain: (listener) => response.on('drain', listener),
    onClose: (listener) => response.on('close', listener),
    close: (how) => closeResponse(response, how),
  };
}

/** Ends an answer in one of three ways; only `end` leaves a complete one. */
export function closeResponse(response: ServerResponse, how: CutForm): void {
  const { socket } = response;
  if (how === 'end' || socket === null) response.end();
  else if (how === 'reset') socket.resetAndDestroy();
  else socket.end();
}

function chunkingSink(sink: Sink, size: number): Sink {
  return {
    ...sink,
    write: (bytes) => {
      for (let at = 0; at < bytes.length; at += size) sink.write(bytes.subarray(at, at + size));
    },
  };
}

function cutSink(sink: Sink, afterBytes: number, how: CutForm): Sink {
  let left = afterBytes;
  return {
    ...sink,
    write: (bytes) => {
      if (left < 0) return;
      sink.write(bytes.subarray(0, left));
      left -= bytes.length;
      if (left > 0) return;
      left = -1;
      // Later, so that the bytes before the cut leave first.
      setImmediate(() => sink.close(how));
    },
    // Once cut, the proper end of the body is not to come any more.
    close: (otherwise) => {
      if (left >= 0) sink.close(otherwise);
    },
  };
}

const dripIntervalMs = 50;

function drippingSink(sink: Sink, bytesPerSecond: number): Sink {
  const share = Math.max(1, Math.round((bytesPerSecond * dripIntervalMs) / 1000));
  let waiting: Buffer[] = [];
  let end: CutForm | undefined;
  const drainListeners: (() => void)[] = [];
  const timer = setInterval(() => {
    let left = share;
    while (left > 0) {
      const [first, ...rest] = waiting;
      if (first === undefined) break;
      sink.write(first.subarray(0, left));
      waiting = first.length > left ? [first.subarray(left), ...rest] : rest;
      left -= first.length;
    }
    if (waiting.length > 0) return;
    if (end === undefined) {
      for (const listener of drainListeners) listener();
      return;
    }
    clearInterval(timer);
    sink.close(end);
  }, dripIntervalMs);
  sink.onClose(() => clearInterval(timer));
  return {
    ...sink,
    write: (bytes) => {
      waiting.push(bytes);
    },
    hasRoom: () => waiting.length === 0,
    onDrain: (listener) => drainListeners.push(listener),
    close: (how) => {
      end = how;
    },
  };
}
