import type { Cluster, Written } from '../cluster/cluster.ts';
import { asObject } from '../cluster/json.ts';
import { type Cast, castOf } from './cast.ts';
import { manifestOf } from './eventManifest.ts';
import { type ContainerEnds, nodeObject, podObject } from './objectStates.ts';
import { type ProgramEntry, program } from './program.ts';
import { type Random, randomOf, seedFrom } from './random.ts';
import { type Act, scriptOf } from './script.ts';

/** How scenarios are played. */
export interface PlayOptions {
  /** 2 plays everything twice as fast. Timestamps are always those of the clock. @default 1 */
  readonly speed?: number;
  /** Begin each scenario again, with new names, after its pause. @default true */
  readonly loop?: boolean;
  /** The same seed makes the same names and ids. @default 1 */
  readonly seed?: number;
  /** Milliseconds since the epoch, for the timestamps. @default Date.now */
  readonly now?: () => number;
  /** What is played when. @default all recorded scenarios, in the order of the demo */
  readonly program?: readonly ProgramEntry[];
}

/** A performance that is going on. */
export interface Player {
  /** Resolves when everything was played once (never with `loop`), or after `stop`. */
  readonly done: Promise<void>;
  stop(): void;
}

/**
 * Plays scenarios into a demo cluster: a first incident within two seconds, a rich picture within a minute, then the same
 * troubles again and again with new pods, at a calm pace.
 */
export function playScenarios(cluster: Cluster, options: PlayOptions = {}): Player {
  const { speed = 1, loop = true, seed = 1, now = Date.now } = options;
  const entries = options.program ?? program;
  const timers = new Set<NodeJS.Timeout>();
  let running = entries.length;
  let finish: () => void = () => {};
  const done = new Promise<void>((resolve) => {
    finish = resolve;
  });

  /** `start` is on the monotonic clock, so that long runs do not drift and a jump of the wall clock moves nothing. */
  const after = (start: number, seconds: number, act: () => void) => {
    const timer = setTimeout(
      () => {
        timers.delete(timer);
        act();
      },
      Math.max(0, start + (seconds * 1000) / speed - performance.now()),
    );
    timers.add(timer);
  };

  // Every run has its own random numbers: what one does never changes the names in another.
  const run = (entry: ProgramEntry, number: number, start: number) => {
    const random = randomOf(seedFrom(`${seed}/${entry.scenario.name}/${number}`));
    const perform = performer(cluster, entry, random, now, speed);
    const acts = perform.acts;
    const next = (at: number) => {
      const act = acts[at];
      if (act !== undefined) {
        after(start, act.at, () => {
          perform.act(act);
          next(at + 1);
        });
      } else if (loop) {
        // The monotonic start of the next run lies a whole period after this one's.
        const nextStart = start + (entry.everySeconds * 1000) / speed;
        after(nextStart, 0, () => run(entry, number + 1, nextStart));
      } else {
        running -= 1;
        if (running === 0) finish();
      }
    };
    next(0);
  };

  const begin = performance.now();
  for (const entry of entries) run(entry, 0, begin + (entry.startSeconds * 1000) / speed);
  if (entries.length === 0) finish();
  return {
    done,
    stop: () => {
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
      finish();
    },
  };
}

function performer(cluster: Cluster, { scenario }: ProgramEntry, random: Random, now: () => number, speed: number) {
  const cast = castOf(scenario, random);
  addNodes(cluster, cast, now());
  const ends: ContainerEnds = new Map();
  const emitted = new Map<string, { written: Written; act: Act & { do: 'emit' } }>();

  const emit = (act: Act & { do: 'emit' }) => {
    const manifest = manifestOf(act.event, act.about, cast, scenario.namespace, now(), random);
    emitted.set(act.id, { written: cluster.create(manifest), act });
  };
  const repeat = (act: Act & { do: 'repeat' }) => {
    const known = emitted.get(act.id);
    if (known === undefined) return;
    const event = cluster.get(known.written);
    if (event === undefined) {
      // Expired meanwhile: the component's PATCH is answered 404 and it creates a new event.
      emit(known.act);
      return;
    }
    const count = Number(asObject(event.series).count ?? event.deprecatedCount ?? 1);
    const by = act.count === undefined ? 1 : Math.max(1, act.count - count);
    cluster.bump(known.written, { by, at: now() - (act.ageSeconds * 1000) / speed });
  };
  const act = (next: Act) => {
    if (next.do === 'emit') emit(next);
    else if (next.do === 'repeat') repeat(next);
    else if (next.do === 'node') cluster.apply('nodes', nodeObject(next.about, next.isReady, now()));
    else if (next.state.phase === 'Deleted') cluster.remove('pods', next.about);
    else cluster.apply('pods', podObject(next.about, next.state, now(), ends));
  };
  return { acts: scriptOf(scenario, cast), act };
}

/** Nodes are there before the story begins; those that have a state of their own in it keep the one they have. */
function addNodes(cluster: Cluster, cast: Cast, at: number): void {
  for (const actor of cast.values()) {
    if (actor.kind === 'Node' && !cluster.has('nodes', actor)) cluster.apply('nodes', nodeObject(actor, true, at));
  }
}
