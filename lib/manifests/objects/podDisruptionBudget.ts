import { selectorLabels } from '../helpers.ts';
import { all, isMoreThan, isSet } from '../template/condition.ts';
import { object, type Template } from '../template/document.ts';
import { metadata } from './metadata.ts';

/**
 * One replica at a time may be evicted. Says how many may be away rather than how many must stay, which would hold up the draining of nodes
 * when there is one replica only.
 */
export const podDisruptionBudget: Template = {
  file: 'poddisruptionbudget.yaml',
  documents: [
    object(
      {
        apiVersion: 'policy/v1',
        kind: 'PodDisruptionBudget',
        metadata: metadata(),
        spec: { maxUnavailable: 1, selector: { matchLabels: selectorLabels } },
      },
      all(
        isSet(({ Values }) => Values.podDisruptionBudget.enabled),
        isMoreThan(({ Values }) => Values.replicaCount, 1),
      ),
    ),
  ],
};
