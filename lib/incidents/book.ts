import { parseFingerprint } from '../events/fingerprint.ts';
import { decide } from './decide.ts';
import { concernsDesk, hear, tellDue } from './desk.ts';
import type { DeskState, DigestPublication } from './deskState.ts';
import type { IncidentState } from './incidentState.ts';
import { mature } from './mature.ts';
import type { Occurrence } from './occurrence.ts';
import type { Publication } from './publication.ts';
import type { IncidentSettings } from './settings.ts';
import { admit, type StormPublication } from './storm.ts';
import { fingerprintOfGroup, type StormGroupState, stormGroupOf } from './stormGroup.ts';

/** What goes to the event bus. */
export type Published = Publication | StormPublication | DigestPublication;

/** What became of some occurrences. */
export interface Outcome {
  /** What goes to the event bus because of them, in order. */
  readonly published: readonly Published[];
  /** What would have gone there, were it not for a storm message that speaks for it. */
  readonly withheld: readonly Publication[];
  /** Occurrences that said nothing. */
  readonly suppressed: number;
}

/**
 * The whole decision path in memory: incidents, storm guard, and the desk that decides what people hear of. It is what
 * `functions/route` does with its table, less failures.
 */
export class IncidentBook {
  readonly #settings: IncidentSettings;
  readonly #incidents = new Map<string, IncidentState>();
  readonly #storms = new Map<string, StormGroupState | undefined>();
  readonly #desks = new Map<string, DeskState>();

  constructor(settings: IncidentSettings) {
    this.#settings = settings;
  }

  /** Takes what one event means, see `occurrencesOf`. */
  take(occurrences: readonly Occurrence[]): Outcome {
    let suppressed = 0;
    const publications = occurrences.flatMap((occurrence) => {
      const { fingerprint } = occurrence;
      const decision = decide(this.#incidents.get(fingerprint), [occurrence], this.#settings);
      if (decision.state !== undefined) this.#incidents.set(fingerprint, decision.state);
      suppressed += decision.suppressed;
      return decision.publications;
    });
    return { ...this.#publish(publications), suppressed };
  }

  /** What is due by the clock: trouble that lasted in silence, and messages that gathered long enough. */
  due(now: number): Outcome {
    const matured = [...this.#incidents].flatMap(([fingerprint, incident]) => {
      if (incident.held === undefined) return [];
      const { state, publications } = mature(incident, now, this.#settings);
      this.#incidents.set(fingerprint, state);
      return publications;
    });
    const { published, withheld } = this.#publish(matured.sort(inDueOrder));
    const digests = [...this.#desks].flatMap(([cluster, before]) => {
      const told = tellDue(before, now, this.#settings);
      this.#desks.set(cluster, told.desk);
      return told.digests;
    });
    return { published: [...published, ...digests], withheld, suppressed: 0 };
  }

  #publish(publications: readonly Publication[]): Pick<Outcome, 'published' | 'withheld'> {
    const published: Published[] = [];
    const withheld: Publication[] = [];
    for (const publication of publications) {
      const group = stormGroupOf(publication.fingerprint);
      const admission = admit(this.#storms.get(group), [publication], this.#settings);
      this.#storms.set(group, admission.group);
      if (admission.admitted.has(publication.id)) published.push(...this.#hear(publication));
      else withheld.push(publication);
      published.push(...admission.storms.flatMap((storm) => this.#hear(storm, fingerprintOfGroup(group))));
    }
    return { published, withheld };
  }

  #hear(publication: Publication | StormPublication, fingerprint = publication.fingerprint): Published[] {
    const candidate = { ...publication, fingerprint };
    if (!concernsDesk(candidate)) return [publication];
    const { cluster } = parseFingerprint(fingerprint);
    const { desk, hushed, digests } = hear(this.#desks.get(cluster), [candidate], this.#settings);
    if (desk !== undefined) this.#desks.set(cluster, desk);
    return [hushed.has(publication.id) ? hush(publication) : publication, ...digests];
  }
}

/** What waited longest comes first; of those that are due together, by name. */
function inDueOrder(a: Publication, b: Publication): number {
  return a.arrivedAt - b.arrivedAt || (a.fingerprint < b.fingerprint ? -1 : 1);
}

/** The publication as people do not hear of it. */
function hush<T extends Publication>(publication: T): T {
  const { notify: _, ...labels } = publication.labels;
  return { ...publication, notify: false, labels: { ...labels, hushed: 'true' } };
}
