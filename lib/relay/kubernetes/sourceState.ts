/** What a source is doing, for readiness and `/status`. Times are on the clock of `monotonicMs`: a wrong clock that is put right must not look like an hour of silence. */
export interface SourceState {
  readonly scope: string;
  phase: 'starting' | 'probe' | 'list' | 'watch' | 'waiting' | 'stopped';
  /** True once the first list is done, or a position was resumed from. */
  hasStarted: boolean;
  lastByteAt: number | undefined;
  lastEventAt: number | undefined;
  lastError: string | undefined;
  /** Since when nothing works; undefined while it does. */
  failingSince: number | undefined;
  /** The version the stream has reached. */
  version: string | undefined;
}

/** The state of a source that has not done anything yet. */
export function newSourceState(scope: string, version: string | undefined, now: number): SourceState {
  return {
    scope,
    phase: 'starting',
    hasStarted: false,
    lastByteAt: undefined,
    lastEventAt: undefined,
    lastError: undefined,
    failingSince: now,
    version,
  };
}
