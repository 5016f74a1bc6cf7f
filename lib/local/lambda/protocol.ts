/** What a worker thread is started with. */
export interface WorkerSetup {
  /** The unpacked asset. */
  readonly directory: string;
  /** As in the template: `file.export`. */
  readonly handler: string;
  readonly functionName: string;
  readonly functionArn: string;
  readonly memoryMb: number;
}

/** Main thread to worker: run the handler once. */
export interface InvokeMessage {
  readonly requestId: string;
  /** The event as JSON text, the form in which Lambda receives it. */
  readonly event: string;
  /** Epoch milliseconds at which the invocation times out. */
  readonly deadline: number;
}

/** What Lambda reports of a failed invocation. */
export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

/** Worker to main thread. */
export type EnvironmentMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'init-error'; readonly error: FunctionError }
  | { readonly kind: 'result'; readonly requestId: string; readonly payload: string }
  | { readonly kind: 'error'; readonly requestId: string; readonly error: FunctionError };
