import { describe, expect, it } from 'vitest';
import { recordOf } from '../../../test/fixtures/events/builders.ts';
import { builtInRules } from '../builtInRules.ts';
import { classify } from '../classify.ts';
import { isAtLeast } from '../severity.ts';
import { aliasesOf, reasonsMeantBy } from './aliases.ts';
import { adviceFor, allAdvice, catalogueEntries, exampleRecord, familyOf, knownEventFor } from './catalogue.ts';
import { documentedNames } from './documentedNames.ts';
import { emittedEvents } from './emittedEvents.ts';
import { recoveriesOf } from './recoveries.ts';

const entries = catalogueEntries();
const effectiveReasons = new Set(entries.map(({ classification }) => classification.effectiveReason));
const nameOf = ({ reason, type, component, kinds }: (typeof emittedEvents)[number]) =>
  `${reason || '(none)'} ${type} of ${component} on ${kinds.join('/')}`;

describe('the catalogue', () => {
  it('knows at least what was read in source code: 1,026 events, 866 reasons', () => {
    expect(entries.length).toBeGreaterThanOrEqual(1026);
    expect(new Set(emittedEvents.map(({ reason }) => reason)).size).toBeGreaterThanOrEqual(860);
  });

  it('gives every known event the severity that we reviewed', () => {
    const wrong = entries.filter(({ event, classification }) => event.severity !== classification.severity);
    expect(
      wrong.map(
        ({ event, classification }) => `${nameOf(event)}: ${event.severity}, the rules say ${classification.severity}`,
      ),
    ).toEqual([]);
  });

  it('classifies every known event by a rule of its own, never by type and prefix', () => {
    const generic = entries.filter(({ classification }) => classification.rule.startsWith('generic/'));
    expect(generic.map(({ event }) => nameOf(event))).toEqual([]);
  });

  it('has no rule without an event that it decides', () => {
    const deciding = new Set(entries.map(({ classification }) => classification.rule));
    const idle = builtInRules.builtIn.rules.filter(({ id }) => !id.startsWith('generic/') && !deciding.has(id));
    expect(idle.map(({ id }) => id)).toEqual([]);
  });

  it('says what happened in one line of plain words', () => {
    for (const event of emittedEvents) {
      expect(event.summary, nameOf(event)).toMatch(/^\S.{3,160}$/);
      expect(event.kinds.length).toBeGreaterThan(0);
      expect(event.component).not.toBe('');
      expect(['Normal', 'Warning']).toContain(event.type);
    }
  });

  it('has causes, commands and a remedy for everything from medium up', () => {
    const bare = entries.filter(
      ({ event, classification: { severity, effectiveReason } }) =>
        isAtLeast(severity, 'medium') && event.kinds.some((kind) => adviceFor(effectiveReason, kind) === undefined),
    );
    expect(bare.map(({ event, classification }) => `${classification.effectiveReason}: ${nameOf(event)}`)).toEqual([]);
    for (const { causes, diagnose, remedy } of allAdvice) {
      expect(causes.length).toBeGreaterThan(0);
      expect(diagnose.length).toBeGreaterThan(0);
      expect(remedy).toMatch(/\.$/);
    }
  });

  it('has something to say about every family of rules', () => {
    for (const { id } of builtInRules.builtIn.rules) expect(familyOf(id), id).toBeDefined();
  });

  it('advises only about reasons that exist, each once for a kind', () => {
    const seen = new Set<string>();
    for (const { reasons, kinds = ['*'] } of allAdvice) {
      for (const reason of reasons) {
        expect(effectiveReasons, reason).toContain(reason);
        for (const kind of kinds) {
          expect(seen.has(`${reason}/${kind}`), `${reason} of ${kind} twice`).toBe(false);
          seen.add(`${reason}/${kind}`);
        }
      }
    }
  });

  it('has aliases only for names that lead to a known event, and that are no other event themselves', () => {
    const names = new Set(entries.flatMap(({ classification }) => aliasesOf(classification.effectiveReason)));
    expect(names.size).toBeGreaterThanOrEqual(14);
    for (const name of names) {
      for (const reason of reasonsMeantBy(name).slice(1))
        expect(effectiveReasons, `${name} → ${reason}`).toContain(reason);
      expect(documentedNames.has(name)).toBe(false);
    }
    for (const { nearest } of documentedNames.values())
      for (const name of nearest) expect(effectiveReasons).toContain(name);
  });

  it('knows what tells that a trouble is over', () => {
    expect(recoveriesOf('NodeNotReady')).toContain('NodeReady');
    expect(recoveriesOf('SyncFailed')).toContain('OperationCompleted');
    expect(recoveriesOf('CertificateNotReady')).toContain('Issued');
    expect(recoveriesOf('CrashLoopBackOff')).toEqual([]);
  });

  it.each([
    ['a crash loop', { message: 'Back-off restarting failed container app in pod web' }, /keeps exiting/],
    ['an image back-off', { type: 'Normal', message: 'Back-off pulling image "x"' }, /Image pull is being delayed/],
    [
      'a degraded application',
      {
        kind: 'Application',
        reason: 'ResourceUpdated',
        type: 'Normal',
        component: 'argocd-application-controller',
        message: 'Updated health status: Progressing -> Degraded',
      },
      /health status of the application/,
    ],
  ])('finds the known event for %s', (_, parts, summary) => {
    const record = recordOf(parts);
    expect(knownEventFor(record, classify(record))?.event.summary).toMatch(summary);
  });

  it.each([
    ['a reason nobody knows', { reason: 'Strange', kind: 'Widget', component: 'x' }],
    ['a known word of somebody else', { reason: 'Created', type: 'Normal', component: 'acme-operator' }],
    ['no reason, of somebody else', { reason: '', type: 'Normal', component: 'acme-operator' }],
    ['a known reason of another kind', { reason: 'BackoffLimitExceeded', kind: 'Widget', component: 'x' }],
  ])('does not take %s for a known event', (_, parts) => {
    const record = recordOf(parts);
    expect(knownEventFor(record, classify(record))).toBeUndefined();
  });

  it('finds every known event again', () => {
    for (const { event, classification } of entries) {
      const found = knownEventFor(exampleRecord(event), classification);
      expect(found?.classification.effectiveReason, nameOf(event)).toBe(classification.effectiveReason);
    }
  });
});
