import { ruleTable } from './ruleTable.ts';

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
