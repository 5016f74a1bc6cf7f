import { reasonsMeantBy } from '../catalogue/aliases.ts';
import { catalogueEntries } from '../catalogue/catalogue.ts';
import { documentedNames } from '../catalogue/documentedNames.ts';
import { nearestWord } from '../nearestWord.ts';
import { covers } from '../patternCover.ts';
import { listOf, type RuleMatch } from '../ruleSpec.ts';
import type { Finding } from './warning.ts';

/** Kinds without a namespace, and where their events are stored (client-go `tools/record`, `tools/events`). */
const clusterScoped = new Set(
  (
    'Node PersistentVolume Namespace StorageClass ClusterIssuer NodePool NodeClaim EC2NodeClass ClusterPolicy ServiceCIDR IPAddress ' +
    'VolumeSnapshotContent ClusterSecretStore'
  ).split(' '),
);
const storedIn = ['default', 'kube-system'];

/** Conditions that no event can fulfil. */
export function impossible(match: RuleMatch, clusters: readonly string[] | undefined): string[] {
  const wrong: string[] = [];
  for (const namespace of listOf(match.namespace)) {
    if (!/^[a-z0-9*-]+$/.test(namespace)) {
      wrong.push(`no namespace can be called ${quote(namespace)}: names have lower-case letters, digits and dashes`);
    }
  }
  for (const kind of listOf(match.kind)) {
    // `pods`, as in kubectl, is the name of the resource.
    const words = [kind.toLowerCase(), kind.toLowerCase().replace(/s$/, ''), kind.toLowerCase().replace(/es$/, '')];
    const known = kindsInCatalogue().includes(kind)
      ? undefined
      : kindsInCatalogue().find((name) => words.includes(name.toLowerCase()));
    if (known !== undefined) wrong.push(`the kind is written ${known}, not ${kind}`);
  }
  const namespaces = listOf(match.namespace);
  const isClusterScoped = listOf(match.kind).length > 0 && listOf(match.kind).every((kind) => clusterScoped.has(kind));
  if (
    isClusterScoped &&
    namespaces.length > 0 &&
    !namespaces.some((pattern) => storedIn.some((name) => covers(pattern, name)))
  ) {
    wrong.push(
      `events about a ${listOf(match.kind).join(' or ')} are in the namespace ${storedIn.join(' or ')}, never in ${namespaces.join(', ')}`,
    );
  }
  const { type } = match;
  if (type !== undefined && type !== 'Normal' && type !== 'Warning') {
    wrong.push(`type is Normal or Warning, exactly; no Kubernetes component writes ${quote(type)}`);
  }
  const patterns = listOf(match.cluster);
  if (
    clusters !== undefined &&
    patterns.length > 0 &&
    !clusters.some((id) => patterns.some((pattern) => covers(pattern, id)))
  ) {
    wrong.push(
      `no cluster of this configuration is called ${patterns.map(quote).join(' or ')}; there are ${clusters.join(', ')}`,
    );
  }
  return wrong;
}

/** Reasons nobody is known to write. */
export function strangeReasons(match: RuleMatch): Finding[] {
  const known = reasonsInCatalogue();
  return listOf(match.reason).flatMap((reason): Finding[] => {
    const meant = reasonsMeantBy(reason).slice(1);
    const documented = documentedNames.get(reason);
    if (meant.length > 0) {
      const text = `${reason} is a documented name and taken for ${meant.join(', ')}, which is what is written`;
      return [{ kind: 'note', text }];
    }
    if (documented !== undefined) {
      const { nearest, note } = documented;
      const text = `hardly anybody writes ${reason}: ${note}${nearest.length === 0 ? '' : ` Nearest: ${nearest.join(', ')}.`}`;
      return [{ kind: 'doubt', text }];
    }
    if (known.has(reason) || reason === '*') return [];
    if (reason.includes('*')) {
      const isKnown = [...known].some((name) => covers(reason, name));
      return isKnown ? [] : [{ kind: 'note', text: `no known reason fits ${quote(reason)}; custom controllers may` }];
    }
    const near = nearestWord(reason, [...known]);
    return near === undefined
      ? [{ kind: 'note', text: `no known component writes ${quote(reason)}; custom controllers may` }]
      : [{ kind: 'doubt', text: `no known component writes ${quote(reason)}; did you mean ${near}?` }];
  });
}

/** Conditions that known events never fulfil together: possible, but then the emitter is none we know. */
export function unlikely(match: RuleMatch): string[] {
  const reasons = listOf(match.reason).filter((reason) => !reason.includes('*'));
  const entries = reasons.flatMap((reason) =>
    catalogueEntries().filter(({ event, classification }) =>
      reasonsMeantBy(reason).some((name) => name === event.reason || name === classification.effectiveReason),
    ),
  );
  if (entries.length === 0) return [];
  const kinds = listOf(match.kind);
  const types = new Set(entries.map(({ event }) => event.type));
  const open = entries.some(({ event }) => event.kinds.includes('*'));
  const known = new Set(entries.flatMap(({ event }) => event.kinds));
  return [
    ...(kinds.length > 0 && !open && !kinds.some((kind) => [...known].some((name) => covers(kind, name)))
      ? [`${reasons.join(', ')} is known of ${[...known].join(', ')}, not of ${kinds.join(', ')}`]
      : []),
    ...(match.type !== undefined && !types.has(match.type)
      ? [`${reasons.join(', ')} is always written as ${[...types].join(' or ')}, never as ${match.type}`]
      : []),
  ];
}

// Built when first asked for: the catalogue is large, and most commands never look.
let reasons: ReadonlySet<string> | undefined;
let kinds: readonly string[] | undefined;

/** Every reason on the wire and every effective one. */
export function reasonsInCatalogue(): ReadonlySet<string> {
  reasons ??= new Set(
    catalogueEntries().flatMap(({ event, classification }) => [event.reason, classification.effectiveReason]),
  );
  return reasons;
}

function kindsInCatalogue(): readonly string[] {
  kinds ??= [...new Set(catalogueEntries().flatMap(({ event }) => event.kinds))].filter((kind) => kind !== '*');
  return kinds;
}

/** As it stands in a file. */
export function quote(text: string): string {
  return JSON.stringify(text);
}
