import type { AwsRequest } from './awsRequest.ts';

/** What became of an invocation. */
export type InvokeResult =
  | { readonly ok: true; readonly answer: unknown }
  | { readonly ok: false; readonly reason: string };

/** Invokes a function and waits for its answer. */
export async function invoke(request: AwsRequest, functionName: string, event: unknown): Promise<InvokeResult> {
  const response = await request('lambda', {
    path: `/2015-03-31/functions/${encodeURIComponent(functionName)}/invocations`,
    headers: { 'content-type': 'application/json', 'x-amz-invocation-type': 'RequestResponse' },
    body: JSON.stringify(event),
  });
  const text = await response.text();
  if (response.headers.get('x-amz-function-error') !== null) return { ok: false, reason: text.slice(0, 500) };
  return { ok: true, answer: text === '' ? null : JSON.parse(text) };
}
