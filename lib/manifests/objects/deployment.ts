import { createHash } from 'node:crypto';
import { selectorLabels, settings } from '../helpers.ts';
import { places } from '../settings.ts';
import { isSet } from '../template/condition.ts';
import { object, type Template } from '../template/document.ts';
import { block, Expression, integer } from '../template/expression.ts';
import { merge, when } from '../template/node.ts';
import { metadata } from './metadata.ts';
import { podSpec } from './pod.ts';

/** A changed configuration makes a changed pod, because the relay reads its file when it starts. */
const checksum = new Expression(
  'bare',
  (scope) => createHash('sha256').update(settings.evaluate(scope)).digest('hex'),
  (root) => `${settings.pipeline(root)} | sha256sum | quote`,
);

/** The relay. */
export const deployment: Template = {
  file: 'deployment.yaml',
  documents: [
    object({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: metadata(),
      spec: {
        replicas: integer(({ Values }) => Values.replicaCount),
        revisionHistoryLimit: 5,
        progressDeadlineSeconds: 600,
        minReadySeconds: 10,
        // A new relay must be ready before the old one goes, so a broken configuration stops nothing; that for a moment two of them
        // send the same events is harmless. A claim, though, can often be mounted by one pod only.
        strategy: when(
          isSet(({ Values }) => Values.spool.existingClaim),
          { type: 'Recreate' },
          { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
        ),
        selector: { matchLabels: selectorLabels },
        template: {
          metadata: {
            labels: merge(
              selectorLabels,
              when(
                isSet(({ Values }) => Values.podLabels),
                block(({ Values }) => Values.podLabels),
              ),
            ),
            annotations: merge(
              { 'checksum/config': checksum },
              when(
                isSet(({ Values }) => Values.metrics.scrapeAnnotations),
                {
                  'prometheus.io/scrape': 'true',
                  'prometheus.io/port': String(places.port),
                  'prometheus.io/path': '/metrics',
                },
              ),
              when(
                isSet(({ Values }) => Values.podAnnotations),
                block(({ Values }) => Values.podAnnotations),
              ),
            ),
          },
          spec: podSpec,
        },
      },
    }),
  ],
};
