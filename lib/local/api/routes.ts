import * as z from 'zod';
import { KefError } from '../../errors.ts';
import { parse } from '../lambda/functionDefinition.ts';
import type { Deployment } from '../template/deployment.ts';
import { decode } from './pathDecoding.ts';
import type { ThrottleLimits } from './Throttle.ts';

/** One route of the HTTP API. */
export interface Route {
  readonly apiId: string;
  readonly stage: string;
  /** As in the template, `GET /v1/events` or `$default`. */
  readonly key: string;
  readonly iam: boolean;
  readonly functionName: string;
  readonly timeoutMs: number;
  /** Limits of the stage. @default none */
  readonly throttle?: ThrottleLimits;
}

/** A route that fits a request. */
export interface RouteMatch {
  readonly route: Route;
  readonly pathParameters: Readonly<Record<string, string>>;
}

const integrationSchema = z.object({
  IntegrationType: z.literal('AWS_PROXY', 'the local cloud runs Lambda proxy integrations only'),
  IntegrationUri: z.string(),
  PayloadFormatVersion: z.literal('2.0', 'the local cloud builds payload format 2.0 only'),
  // https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
  TimeoutInMillis: z.coerce.number().max(30_000).default(30_000),
});
const routeSchema = z.object({
  ApiId: z.string(),
  RouteKey: z.string(),
  AuthorizationType: z.enum(['NONE', 'AWS_IAM'], 'the local cloud knows NONE and AWS_IAM').default('NONE'),
  Target: z.string().startsWith('integrations/'),
});
const stageSchema = z.object({
  ApiId: z.string(),
  StageName: z.string(),
  DefaultRouteSettings: z
    .object({ ThrottlingRateLimit: z.coerce.number().optional(), ThrottlingBurstLimit: z.coerce.number().optional() })
    .default({}),
});

/** Reads the routes of the templates' HTTP APIs. */
export function readRoutes(deployment: Deployment): Route[] {
  const integrations = new Map(
    deployment
      .resources('AWS::ApiGatewayV2::Integration')
      .map((resource) => [resource.ref, parse(resource, integrationSchema)]),
  );
  const stages = deployment.resources('AWS::ApiGatewayV2::Stage').map((resource) => parse(resource, stageSchema));
  return deployment.resources('AWS::ApiGatewayV2::Route').map((resource) => {
    const { ApiId, RouteKey, AuthorizationType, Target } = parse(resource, routeSchema);
    const integration = integrations.get(Target.slice('integrations/'.length));
    if (integration === undefined) throw new KefError('ConfigInvalid', `route ${RouteKey} has no integration`);
    const functionArn =
      integration.IntegrationUri.split('/functions/')
        .at(-1)
        ?.replace(/\/invocations$/, '') ?? '';
    const stage = stages.find((each) => each.ApiId === ApiId);
    const { ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst } = stage?.DefaultRouteSettings ?? {};
    return {
      apiId: ApiId,
      stage: stage?.StageName ?? '$default',
      ...(rate === undefined ? {} : { throttle: { rate, burst: burst ?? rate } }),
      key: RouteKey,
      iam: AuthorizationType === 'AWS_IAM',
      functionName: functionArn.split(':function:').at(-1) ?? functionArn,
      timeoutMs: integration.TimeoutInMillis,
    };
  });
}

/**
 * Finds the most specific route: a full match before path variables, those before a greedy variable, `$default` last, and a
 * method's own route before `ANY`.
 *
 * @param routePath the path decoded once, see `decodePath`
 */
export function matchRoute(routes: readonly Route[], method: string, routePath: string): RouteMatch | undefined {
  const fits = routes.flatMap((route) => {
    const fit = fitRoute(route.key, method, routePath);
    return fit === undefined ? [] : [{ route, ...fit }];
  });
  return fits.sort((left, right) => (left.rank < right.rank ? -1 : 1))[0];
}

function fitRoute(
  key: string,
  method: string,
  path: string,
): { rank: string; pathParameters: Record<string, string> } | undefined {
  if (key === '$default') return { rank: '9', pathParameters: {} };
  const [routeMethod, routePath = ''] = key.split(' ');
  if (routeMethod !== 'ANY' && routeMethod !== method) return undefined;
  const wanted = routePath.split('/');
  const given = path.split('/');
  const pathParameters: Record<string, string> = {};
  let rank = '';
  for (const [index, part] of wanted.entries()) {
    const variable = /^\{(.+?)(\+?)\}$/.exec(part);
    if (variable === null) {
      if (given[index] !== part) return undefined;
      rank += '0';
      continue;
    }
    const [, name = '', greedy] = variable;
    const value = greedy ? given.slice(index).join('/') : given[index];
    if (value === undefined || value === '') return undefined;
    pathParameters[name] = decode(value) ?? value;
    rank += greedy ? '2' : '1';
    if (greedy) return { rank: `${rank}${routeMethod === 'ANY' ? '1' : '0'}`, pathParameters };
  }
  if (given.length !== wanted.length) return undefined;
  return { rank: `${rank}${routeMethod === 'ANY' ? '1' : '0'}`, pathParameters };
}
