import type { Severity } from '../events/severity.ts';

/** What `ingest` and `query` are told about the namespace index: nothing while it holds everything. */
export function indexVariable(indexFrom: Severity = 'info'): { INDEX_FROM?: Severity } {
  return indexFrom === 'info' ? {} : { INDEX_FROM: indexFrom };
}
