import { measureEvents } from '../cost/measure.ts';
import type { Outcome } from './render.ts';
import { type Sizes, simulate } from './simulate.ts';
import { storms } from './storms.ts';

/** History items as measured on recorded events; an incident with two hundred pods is under 2 KB. */
export const sizes: Sizes = { historyUnits: measureEvents().writeUnits, incidentUnits: 2 };

/** So many events of each storm. */
export function outcomesOf(events: number): Outcome[] {
  return storms.map((storm) => ({ storm, simulated: simulate(storm, events, sizes) }));
}
