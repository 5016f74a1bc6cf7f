import type { DueNotes } from '../../lib/store/incidentDue.ts';
import type { IncidentsTable } from '../../lib/store/incidentsTable.ts';
import type { Pace } from '../../lib/store/retry.ts';
import type { EventBus } from './EventBridgeBus.ts';

/** What `route` needs of the Incidents table. */
export type IncidentsPort = Pick<
  IncidentsTable,
  | 'getMany'
  | 'putDecision'
  | 'clearOwed'
  | 'getStorms'
  | 'putStorm'
  | 'clearStormOwed'
  | 'getDesks'
  | 'putDesk'
  | 'clearDeskOwed'
> & {
  /** What is due when. */
  readonly due: Pick<DueNotes, 'put' | 'until' | 'remove'>;
};

/** The world outside `route`; tests bring their own. */
export interface RoutePorts {
  readonly incidents: IncidentsPort;
  readonly bus: EventBus;
  readonly pace: Pace;
  /** Told about every step that failed and is left to Lambda's retry. */
  readonly onFailure: (doing: string, error: unknown) => void;
}

/** What happened in one batch, for metrics. */
export interface RouteCounts {
  /** Occurrences that entered an incident without a publication. */
  suppressed: number;
  /** Entries the bus confirmed. */
  published: number;
  /** Publications a storm spoke for. */
  withheld: number;
  storms: number;
  /** Publications that went out without being news for people, who know of it already. */
  hushed: number;
  /** Messages that name many objects at once. */
  digests: number;
  /** Debts of earlier invocations that were paid. */
  oldDebts: number;
  /** Writes that lost against another invocation and were decided again. */
  conflicts: number;
}

/** Counts of a batch in which nothing has happened yet. */
export function noCounts(): RouteCounts {
  return { suppressed: 0, published: 0, withheld: 0, storms: 0, hushed: 0, digests: 0, oldDebts: 0, conflicts: 0 };
}
