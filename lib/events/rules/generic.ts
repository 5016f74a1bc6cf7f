import { ruleTable } from './ruleTable.ts';

/**
 * Two wrote the same object; whoever was second reads it again and succeeds. Every controller reports that under a reason
 * of its own, so these come before all tables.
 */
export const conflictRules = ruleTable('conflict', {}, [
  ['*', 'info', undefined, { type: 'Warning', message: 'the object has been modified' }],
]);

/**
 * For reasons that no table knows: operators and controllers invent new ones every day, and they must flow. A Warning is
 * low, as in the specification, unless its reason says that something failed; a Normal event is routine.
 */
export const genericRules = ruleTable('generic', {}, [
  ['Failed*', 'medium', undefined, { type: 'Warning' }],
  ['*Failed', 'medium', undefined, { type: 'Warning' }],
  ['*Failure', 'medium', undefined, { type: 'Warning' }],
  ['*Error', 'medium', undefined, { type: 'Warning' }],
  ['*', 'info', undefined, { type: 'Normal' }],
  // Warning, and the other types that core/v1 servers let through.
  ['*', 'low', undefined, { id: 'warning' }],
]);
