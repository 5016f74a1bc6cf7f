import { randomUUID } from 'node:crypto';
import { type InvokeResult, LambdaEnvironment, type LambdaEnvironmentOptions } from './LambdaEnvironment.ts';

/** A finished invocation, for counting and showing. */
export interface InvocationReport {
  readonly durationMs: number;
  readonly result: InvokeResult;
}

/** What a {@link LambdaFunction} needs besides its environments. */
export interface LambdaFunctionOptions extends LambdaEnvironmentOptions {
  /** Environments that may run at the same time; further invocations wait. */
  readonly concurrency: number;
  /** Called before every invocation; throwing fails it, as if the handler had thrown. */
  readonly beforeInvoke?: (event: string) => 'crash' | undefined;
  readonly onInvoked: (report: InvocationReport) => void;
}

/**
 * A function of the templates: starts environments as they are needed, reuses them, replaces those that died. Invocations
 * beyond the concurrency wait in order of arrival, where AWS would start another environment.
 */
export class LambdaFunction {
  readonly name: string;
  readonly arn: string;
  readonly #options: LambdaFunctionOptions;
  readonly #idle: LambdaEnvironment[] = [];
  readonly #all = new Set<LambdaEnvironment>();
  readonly #waiting: ((environment: LambdaEnvironment) => void)[] = [];
  #closed = false;

  constructor(options: LambdaFunctionOptions) {
    this.#options = options;
    this.name = options.setup.functionName;
    this.arn = options.setup.functionArn;
  }

  /** Pays the cold start of one environment now. Rejects when the handler cannot be loaded. */
  async warmUp(): Promise<void> {
    const environment = this.#start();
    const error = await environment.ready();
    if (error !== undefined) throw new Error(`${this.name} does not start: ${error.errorType}: ${error.errorMessage}`);
    this.#release(environment);
  }

  /** Runs the function once with a JSON event. Never rejects. */
  async invoke(event: string, requestId: string = randomUUID()): Promise<InvokeResult> {
    const environment = await this.#acquire();
    const startedAt = performance.now();
    const result = await this.#run(environment, requestId, event);
    this.#release(environment);
    this.#options.onInvoked({ durationMs: performance.now() - startedAt, result });
    return result;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#all].map((environment) => environment.terminate()));
  }

  async #run(environment: LambdaEnvironment, requestId: string, event: string): Promise<InvokeResult> {
    try {
      const running = this.#options.beforeInvoke?.(event) === 'crash';
      const result = environment.invoke(requestId, event);
      if (running) await environment.terminate();
      return await result;
    } catch (error) {
      const errorMessage = error instanceof Error ? error.message : String(error);
      return { ok: false, error: { errorType: error instanceof Error ? error.name : 'Error', errorMessage } };
    }
  }

  #start(): LambdaEnvironment {
    const environment = new LambdaEnvironment(this.#options);
    this.#all.add(environment);
    return environment;
  }

  #acquire(): Promise<LambdaEnvironment> | LambdaEnvironment {
    // An environment may have died of a stray promise after its invocation was over.
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) {
      if (!idle.dead) return idle;
      this.#all.delete(idle);
    }
    if (this.#all.size < this.#options.concurrency) return this.#start();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #release(environment: LambdaEnvironment): void {
    if (environment.dead) this.#all.delete(environment);
    const next = this.#waiting.shift();
    if (next !== undefined) next(environment.dead && !this.#closed ? this.#start() : environment);
    else if (!environment.dead) this.#idle.push(environment);
  }
}
