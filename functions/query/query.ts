import { KefError } from '../../lib/errors.ts';
import type { HttpHandler } from '../http/httpHandler.ts';
import { type ApiRequest, respond, routeOf } from '../http/request.ts';
import { listClusters } from './listClusters.ts';
import { listEvents } from './listEvents.ts';
import { getIncident, listIncidents } from './listIncidents.ts';
import type { QueryDependencies } from './queryDependencies.ts';
import { stats } from './stats.ts';

type Answer = (request: ApiRequest, dependencies: QueryDependencies) => Promise<unknown>;

const routes: Readonly<Record<string, Answer>> = {
  'GET /v1/clusters': listClusters,
  'GET /v1/events': listEvents,
  'GET /v1/incidents': listIncidents,
  'GET /v1/incidents/{fingerprint+}': getIncident,
  'GET /v1/stats': stats,
};

/** Answers the read routes. */
export function createQuery(dependencies: QueryDependencies): HttpHandler {
  return async (request) => {
    const route = routeOf(request);
    const answer = Object.hasOwn(routes, route) ? routes[route] : undefined;
    if (answer === undefined) throw new KefError('NotFound', `There is no ${route} here.`);
    return respond(200, await answer(request, dependencies));
  };
}
