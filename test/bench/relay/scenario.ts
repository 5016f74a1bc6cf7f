import type { ServerPlan } from './benchEvent.ts';
import type { SoakPlan } from './soakServer.ts';

/** One thing that is measured. */
export interface Scenario {
  /** Stable; the key in the results. */
  readonly id: string;
  readonly title: string;
  /** The relay, or the loop that a person writes in twenty lines. */
  readonly subject: 'relay' | 'bare';
  readonly server: ServerPlan;
  /** Instead of `server`. */
  readonly soak?: SoakPlan;
  /** Milliseconds the sink takes to answer. @default 0 */
  readonly sinkDelayMs?: number;
  /** The sink refuses and cuts connections now and then. */
  readonly sinkFaults?: { readonly everyMs: number; readonly refuseMs: number };
  /** Settings of the relay that differ from the defaults. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Thousandths of a core that the relay may use, from its first instruction. */
  readonly millicores?: number;
  /** How often; medians of rates and times, highest of memory. @default 1 */
  readonly rounds?: number;
  /** For a relay that has nothing to do: how long to watch it do so. */
  readonly idleSeconds?: number;
}

const burst: ServerPlan = { live: 0, burst: 200_000 };
const quiet: ServerPlan = { live: 0, burst: 0 };
const classified = { min_severity: 'low' };

function steady(perSecond: number, seconds: number): ServerPlan {
  return { live: 0, burst: perSecond * seconds, perSecond };
}

/** An hour of the day that is soaked lasts this long. */
const hourMs = 2_500;

/** Everything `npm run bench` measures, in its order. A bare loop runs right before or after what it is compared with. */
export const scenarios: readonly Scenario[] = [
  { id: 'idle', title: 'nothing happens', subject: 'relay', server: quiet, idleSeconds: 6, rounds: 3 },
  { id: 'burst-bare', title: 'burst of 200,000', subject: 'bare', server: burst, rounds: 3 },
  { id: 'burst', title: 'burst of 200,000', subject: 'relay', server: burst, rounds: 3 },
  {
    id: 'burst-classified',
    title: 'burst of 200,000, each event classified (`min_severity: low`)',
    subject: 'relay',
    server: { ...burst, isAllWarnings: true },
    settings: classified,
    rounds: 3,
  },
  { id: 'steady-500', title: '500/s for a minute', subject: 'relay', server: steady(500, 60) },
  { id: 'steady-2000', title: '2,000/s for a minute', subject: 'relay', server: steady(2_000, 60) },
  { id: 'steady-5000', title: '5,000/s for a minute', subject: 'relay', server: steady(5_000, 60) },
  { id: 'steady-5000-bare', title: '5,000/s, 20 seconds', subject: 'bare', server: steady(5_000, 20) },
  ...[5, 50, 500].map(
    (ms): Scenario => ({
      id: `sink-${ms}`,
      title: `sink answers after ${ms} ms`,
      subject: 'relay',
      server: { live: 0, burst: ms === 500 ? 60_000 : 100_000 },
      sinkDelayMs: ms,
    }),
  ),
  {
    id: 'sink-500-bare',
    title: 'sink answers after 500 ms',
    subject: 'bare',
    server: { live: 0, burst: 60_000 },
    sinkDelayMs: 500,
  },
  { id: 'live-100', title: '100 alive at start', subject: 'relay', server: { live: 100, burst: 0 }, rounds: 3 },
  { id: 'live-20000', title: '20,000 alive at start', subject: 'relay', server: { live: 20_000, burst: 0 } },
  { id: 'live-20000-bare', title: '20,000 alive at start', subject: 'bare', server: { live: 20_000, burst: 0 } },
  { id: 'live-200000', title: '200,000 alive at start', subject: 'relay', server: { live: 200_000, burst: 0 } },
  { id: 'live-200000-bare', title: '200,000 alive at start', subject: 'bare', server: { live: 200_000, burst: 0 } },
  { id: 'live-1000000', title: '1,000,000 alive at start', subject: 'relay', server: { live: 1_000_000, burst: 0 } },
  {
    id: 'updates',
    title: '100 events, each updated ten times',
    subject: 'relay',
    server: { live: 0, burst: 1_100, objects: 100 },
  },
  {
    id: 'size-76k',
    title: '2,000 events of 76 KB',
    subject: 'relay',
    server: { live: 0, burst: 2_000, messageBytes: 76_000 },
  },
  {
    id: 'size-300k',
    title: '500 events of 300 KB',
    subject: 'relay',
    server: { live: 0, burst: 500, messageBytes: 300_000 },
  },
  {
    id: 'limits',
    title: 'burst of 20,000 with the limits of the chart',
    subject: 'relay',
    server: { live: 0, burst: 20_000 },
    millicores: 250,
  },
  {
    id: 'soak',
    title: '24 hours, compressed',
    subject: 'relay',
    server: quiet,
    soak: { hours: 24, hourMs, eventsPerHour: 8_000, endsPerHour: 8 },
    sinkFaults: { everyMs: hourMs, refuseMs: 60 },
    // Waits are compressed like everything else: events live an hour, which is no longer than a backoff here.
    settings: { heartbeat_interval: '100ms', retry_base: '10ms', retry_max: '100ms' },
  },
];
