import type { IncidentsTable } from '../../lib/store/incidentsTable.ts';
import type { Pace } from '../../lib/store/retry.ts';
import type { EventBus } from './EventBridgeBus.ts';

/** What `route` needs of the Incidents table. */
export type IncidentsPort = Pick<
  IncidentsTable,
  'getMany' | 'putDecision' | 'clearOwed' | 'getStorms' | 'putStorm' | 'clearStormOwed'
>;

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
  /** Debts of earlier invocations that were paid. */
  oldDebts: number;
  /** Writes that lost against another invocation and were decided again. */
  conflicts: number;
}
