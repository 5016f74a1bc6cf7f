import type {
  APIGatewayEventRequestContextV2,
  APIGatewayProxyEventV2WithRequestContext,
  APIGatewayProxyStructuredResultV2,
} from 'aws-lambda';

/** What API Gateway knows about the holder of a signature. Other authorizers leave it out. */
export interface IamCaller {
  readonly accountId?: string;
  /** `arn:aws:sts::111122223333:assumed-role/NAME/SESSION` for a role; a role's path is not in it. */
  readonly userArn?: string;
}

/** A request to an HTTP API with IAM authorization, payload format 2.0. */
export type ApiRequest = APIGatewayProxyEventV2WithRequestContext<
  APIGatewayEventRequestContextV2 & { readonly authorizer?: { readonly iam?: IamCaller } }
>;

/** What a handler answers. */
export type ApiResponse = APIGatewayProxyStructuredResultV2;

/** The route this request came by, such as `GET /v1/events`. */
export function routeOf(request: ApiRequest): string {
  return request.routeKey;
}

/** A variable of the route's path, or undefined. */
export function pathParameter(request: ApiRequest, name: string): string | undefined {
  return request.pathParameters?.[name];
}

/** A JSON answer that no cache may keep: everything here is current state. */
export function respond(statusCode: number, body: unknown, headers: Record<string, string> = {}): ApiResponse {
  return {
    statusCode,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
    body: JSON.stringify(body),
  };
}
