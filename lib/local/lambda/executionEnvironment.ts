/** Runs inside a worker thread: loads one bundled handler and answers invocations, one at a time, as Lambda does. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import type { EnvironmentMessage, FunctionError, InvokeMessage, WorkerSetup } from './protocol.ts';

type Handler = (event: unknown, context: object) => unknown;

const port = parentPort;
if (port === null) throw new Error('executionEnvironment.ts runs as a worker thread only');
const setup = workerData as WorkerSetup; // set by LambdaEnvironment, the only one to start this file

const send = (message: EnvironmentMessage): void => port.postMessage(message);

async function loadHandler(): Promise<Handler> {
  const [file = '', name = 'handler'] = setup.handler.split('.');
  const path = ['.mjs', '.js', '.cjs'].map((extension) => join(setup.directory, file + extension)).find(existsSync);
  if (path === undefined) throw new Error(`Cannot find module '${file}' in ${setup.directory}`);
  const module: Record<string, unknown> = await import(pathToFileURL(path).href);
  const handler = module[name];
  if (typeof handler !== 'function') throw new Error(`${setup.handler} is undefined or not exported`);
  // typeof says function; that it takes (event, context) is what Lambda assumes too.
  return handler as Handler;
}

function describe(error: unknown): FunctionError {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
  return { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') };
}

async function invoke(handler: Handler, { requestId, event, deadline }: InvokeMessage): Promise<void> {
  const context = {
    awsRequestId: requestId,
    callbackWaitsForEmptyEventLoop: true,
    functionName: setup.functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: setup.functionArn,
    memoryLimitInMB: String(setup.memoryMb),
    logGroupName: `/aws/lambda/${setup.functionName}`,
    logStreamName: 'local',
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
  try {
    const result: unknown = await handler(JSON.parse(event), context);
    send({ kind: 'result', requestId, payload: JSON.stringify(result) ?? 'null' });
  } catch (error) {
    send({ kind: 'error', requestId, error: describe(error) });
  }
}

try {
  const handler = await loadHandler();
  port.on('message', (message: InvokeMessage) => void invoke(handler, message));
  send({ kind: 'ready' });
} catch (error) {
  send({ kind: 'init-error', error: describe(error) });
}
