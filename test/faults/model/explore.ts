import { createHash } from 'node:crypto';
import { randomOf } from '../random.ts';
import { type Budget, Model } from './model.ts';
import type { Defects } from './process.ts';

/** What an exploration came to. */
export interface Exploration {
  readonly states: number;
  /** False when there were more states than allowed. */
  readonly isComplete: boolean;
  /** The shortest way to break a promise that was found, and the promise. */
  readonly counterexample: { readonly path: readonly string[]; readonly broken: string } | undefined;
}

/**
 * Visits the states of the model breadth first, each once, until a promise is broken. The real modules inside cannot be copied,
 * so a state is its path: it is reached again by acting it out again.
 */
export function explore(budget: Budget, defects: Defects = {}, maxStates = 400_000): Exploration {
  const known = new Set<string>();
  const begin = new Model(budget, defects);
  let frontier = [{ path: [] as readonly string[], actions: begin.actions() }];
  while (frontier.length > 0) {
    const next: typeof frontier = [];
    for (const { path, actions } of frontier) {
      for (const action of actions) {
        const way = [...path, action];
        const model = new Model(budget, defects);
        for (const step of way) model.act(step);
        const fingerprint = createHash('sha1').update(model.fingerprint()).digest('base64');
        if (known.has(fingerprint)) continue;
        known.add(fingerprint);
        const broken = model.violation();
        if (broken !== undefined)
          return { states: known.size, isComplete: false, counterexample: { path: way, broken } };
        if (known.size >= maxStates) return { states: known.size, isComplete: false, counterexample: undefined };
        next.push({ path: way, actions: model.actions() });
      }
    }
    frontier = next;
  }
  return { states: known.size, isComplete: true, counterexample: undefined };
}

/**
 * Goes random ways to their end, for budgets of which not every state can be visited.
 *
 * @returns the first way on which a promise is broken, and how many steps were gone
 */
export function wander(budget: Budget, ways: number, seed: number): Omit<Exploration, 'isComplete'> {
  const random = randomOf(seed);
  let states = 0;
  for (let way = 0; way < ways; way += 1) {
    const model = new Model(budget);
    const path: string[] = [];
    for (let actions = model.actions(); actions.length > 0; actions = model.actions()) {
      const action = actions[Math.floor(random() * actions.length)] ?? '';
      path.push(action);
      model.act(action);
      states += 1;
      const broken = model.violation();
      if (broken !== undefined) return { states, counterexample: { path, broken } };
    }
  }
  return { states, counterexample: undefined };
}
