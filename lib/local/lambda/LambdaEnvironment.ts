import { extname } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { Worker } from 'node:worker_threads';
import type { EnvironmentMessage, FunctionError, InvokeMessage, WorkerSetup } from './protocol.ts';

/** How an invocation ended. */
export type InvokeResult =
  | { readonly ok: true; readonly payload: string }
  | { readonly ok: false; readonly error: FunctionError };

/** What one execution environment is made of. */
export interface LambdaEnvironmentOptions {
  readonly setup: WorkerSetup;
  readonly variables: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Called for every line the function prints. */
  readonly onLine: (line: string) => void;
}

/**
 * One execution environment: a worker thread with its own globals, environment variables and memory limit that runs one
 * invocation at a time. Once it has crashed or timed out it is `dead` and has to be replaced, as on Lambda.
 */
export class LambdaEnvironment {
  readonly #worker: Worker;
  readonly #options: LambdaEnvironmentOptions;
  readonly #ready: Promise<FunctionError | undefined>;
  #settle: ((result: InvokeResult) => void) | undefined;
  #dead = false;

  constructor(options: LambdaEnvironmentOptions) {
    this.#options = options;
    // In a clone this file and the worker are TypeScript, in the package JavaScript; Node runs both.
    const entry = new URL(`./executionEnvironment${extname(import.meta.url)}`, import.meta.url);
    this.#worker = new Worker(entry, {
      workerData: options.setup,
      env: { ...options.variables },
      execArgv: [],
      stdout: true,
      stderr: true,
      // Left alone, V8 lets the young generation of every thread grow to 48 MB.
      resourceLimits: { maxOldGenerationSizeMb: options.setup.memoryMb, maxYoungGenerationSizeMb: 12 },
    });
    this.#print(this.#worker.stdout);
    this.#print(this.#worker.stderr);
    this.#ready = this.#waitUntilReady();
  }

  get dead(): boolean {
    return this.#dead;
  }

  /** Resolves when the handler is loaded, with the error when that failed. */
  ready(): Promise<FunctionError | undefined> {
    return this.#ready;
  }

  /** Runs the handler once. Never rejects: whatever goes wrong is the function's error. */
  async invoke(requestId: string, event: string): Promise<InvokeResult> {
    const initError = await this.#ready;
    if (initError !== undefined) return { ok: false, error: initError };
    return new Promise((resolve) => {
      const { timeoutMs } = this.#options;
      const timer = setTimeout(() => {
        const seconds = (timeoutMs / 1000).toFixed(2);
        this.#end({
          errorType: 'Sandbox.Timedout',
          errorMessage: `RequestId: ${requestId} Error: Task timed out after ${seconds} seconds`,
        });
      }, timeoutMs);
      this.#settle = (result) => {
        clearTimeout(timer);
        this.#settle = undefined;
        resolve(result);
      };
      const message: InvokeMessage = { requestId, event, deadline: Date.now() + timeoutMs };
      if (this.#dead) this.#end({ errorType: 'Runtime.ExitError', errorMessage: 'the environment has ended' });
      else this.#worker.postMessage(message);
    });
  }

  /** Kills the thread; a running invocation fails. */
  async terminate(): Promise<void> {
    this.#end({ errorType: 'Runtime.ExitError', errorMessage: 'RequestId: the environment was shut down' });
    await this.#worker.terminate();
  }

  #end(error: FunctionError): void {
    if (!this.#dead) {
      this.#dead = true;
      void this.#worker.terminate();
    }
    this.#settle?.({ ok: false, error });
  }

  #waitUntilReady(): Promise<FunctionError | undefined> {
    return new Promise((resolve) => {
      this.#worker.on('message', (message: EnvironmentMessage) => {
        if (message.kind === 'ready') resolve(undefined);
        else if (message.kind === 'init-error') {
          resolve(message.error);
          this.#end(message.error);
        } else if (message.kind === 'result') this.#settle?.({ ok: true, payload: message.payload });
        else this.#settle?.({ ok: false, error: message.error });
      });
      const crashed = (error: FunctionError): void => {
        resolve(error);
        this.#end(error);
      };
      this.#worker.on('error', (error) => {
        crashed({
          errorType: 'Runtime.ExitError',
          errorMessage: `${error.name}: ${error.message}`,
          trace: (error.stack ?? '').split('\n'),
        });
      });
      this.#worker.on('exit', (code) => {
        crashed({ errorType: 'Runtime.ExitError', errorMessage: `Runtime exited with error: exit status ${code}` });
      });
    });
  }

  #print(stream: Readable): void {
    createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on('line', (line) =>
      this.#options.onLine(line),
    );
  }
}
