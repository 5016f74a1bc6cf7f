import type { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import type { Metrics } from '@aws-lambda-powertools/metrics';
import middy, { type MiddlewareObj } from '@middy/core';
import httpHeaderNormalizer from '@middy/http-header-normalizer';
import type { Context } from 'aws-lambda';
import { errorResponse } from './errorResponse.ts';
import type { ApiRequest, ApiResponse } from './request.ts';

/** What every HTTP function is wrapped in. */
export interface HttpHandlerOptions {
  readonly logger: Logger;
  /** @default the function counts nothing of its own */
  readonly metrics?: Metrics;
}

/** A Lambda handler for API Gateway. */
export type HttpHandler = (request: ApiRequest, context: Context) => Promise<ApiResponse>;

/** Puts logging, metrics and the error shape around a function that answers requests. */
export function httpHandler(answer: HttpHandler, { logger, metrics }: HttpHandlerOptions): HttpHandler {
  return middy<ApiRequest, ApiResponse>({ timeoutEarlyInMillis: 100 })
    .use(errorResponse(logger)) // first in, last to see an error: the others have flushed by then
    .use(injectLambdaContext(logger, { resetKeys: true }))
    .use(publishMetrics(metrics))
    .use(httpHeaderNormalizer())
    .handler(answer);
}

/** Powertools' own middleware warns in the log of every request that counted nothing, which is what refused ones do. */
function publishMetrics(metrics: Metrics | undefined): MiddlewareObj<ApiRequest, ApiResponse> {
  const publish = () => {
    if (metrics?.hasStoredMetrics()) metrics.publishStoredMetrics();
  };
  return { after: publish, onError: publish };
}
