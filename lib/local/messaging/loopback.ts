import { Server } from 'node:net';

/**
 * Runs a start-up routine with every server that would listen on all interfaces moved to the loopback interface.
 * fauxqs 2.4 binds 0.0.0.0 whatever it is told, and an emulator without authentication has no business on the network.
 */
export async function onLoopback<Result>(start: () => Promise<Result>): Promise<Result> {
  const original = Server.prototype.listen;
  Server.prototype.listen = function listen(this: Server, ...parameters: unknown[]) {
    const [first, ...rest] = parameters;
    const everywhere = typeof first === 'object' && first !== null && Reflect.get(first, 'host') === '0.0.0.0';
    const moved = everywhere ? { ...first, host: '127.0.0.1' } : first;
    // The overloads of listen cannot be spelled for a pass-through; the arguments are the caller's own.
    return Reflect.apply(original, this, [moved, ...rest]) as Server;
  } as typeof original;
  try {
    return await start();
  } finally {
    Server.prototype.listen = original;
  }
}
