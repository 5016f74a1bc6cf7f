import { type Actor, actorOf, type Cast } from './cast.ts';
import type { PodState, Scenario, ScenarioEvent } from './scenarioFile.ts';

/** One thing to do in a run of a scenario. */
export type Act =
  | {
      readonly at: number;
      readonly do: 'emit';
      readonly event: ScenarioEvent;
      readonly about: Actor;
      readonly id: string;
    }
  /** The event emitted under this id repeats. `count` is the new total, else one more. */
  | {
      readonly at: number;
      readonly do: 'repeat';
      readonly id: string;
      readonly count: number | undefined;
      /** How many seconds before this write the last occurrence was. */
      readonly ageSeconds: number;
    }
  | { readonly at: number; readonly do: 'pod'; readonly state: PodState; readonly about: Actor }
  | { readonly at: number; readonly do: 'node'; readonly isReady: boolean; readonly about: Actor };

/** Seconds between the events of one template that is about several objects: no component writes them in the same instant. */
const spreadSeconds = 0.12;

/** Everything that happens in one run, in order; `at` counts seconds from its beginning. */
export function scriptOf(scenario: Scenario, cast: Cast): Act[] {
  const acts: Act[] = [];
  scenario.timeline.forEach((entry, number) => {
    if ('reason' in entry) {
      listOf(entry.on).forEach((key, place) => {
        const delay = place * spreadSeconds;
        const id = `${number}/${key}`;
        acts.push({ at: entry.at + delay, do: 'emit', event: entry, about: actorOf(cast, key), id });
        for (const repeat of repeatsOf(entry)) acts.push({ ...repeat, at: repeat.at + delay, do: 'repeat', id });
      });
    } else if ('pod' in entry) {
      for (const key of listOf(entry.pod)) {
        acts.push({ at: entry.at, do: 'pod', state: entry, about: actorOf(cast, key) });
      }
    } else {
      acts.push({ at: entry.at, do: 'node', isReady: entry.isReady, about: actorOf(cast, entry.node) });
    }
  });
  // Stable, so that what happens in the same moment stays in the order of the file.
  return acts.sort((a, b) => a.at - b.at);
}

function repeatsOf({ again }: ScenarioEvent): { at: number; count: number | undefined; ageSeconds: number }[] {
  if (!Array.isArray(again)) {
    return Array.from({ length: again.times }, (_, at) => ({
      at: again.from + at * again.every,
      count: undefined,
      ageSeconds: 0,
    }));
  }
  return again.map((repeat) =>
    typeof repeat === 'number'
      ? { at: repeat, count: undefined, ageSeconds: 0 }
      : { at: repeat.at, count: repeat.count, ageSeconds: repeat.at - (repeat.observedAt ?? repeat.at) },
  );
}

function listOf(keys: string | readonly string[]): readonly string[] {
  return typeof keys === 'string' ? [keys] : keys;
}
