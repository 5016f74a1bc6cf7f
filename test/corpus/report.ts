import type { Disagreement, Score, Told } from './score.ts';

/** What has to be true of all scenarios together. */
export interface Target {
  readonly name: string;
  readonly wanted: string;
  readonly got: string;
  readonly isMet: boolean;
}

/** Least share of a storm's own events that may not become a page. */
const leastNoiseRemoved = 0.98;
const leastAgreement = 0.95;

/** Wanted messages that did not come, came too late or too quietly. */
export function missedOf({ wanted }: Score): Score['wanted'] {
  return wanted.filter(({ verdict }) => verdict !== 'told' && verdict !== 'not needed');
}

/** Share of the events that nobody was paged for; the healthy background, which is easy to keep quiet, does not count. */
export function noiseRemovedOf(scores: readonly Score[]): number {
  const trouble = scores.reduce((sum, { troubleIn }) => sum + troubleIn, 0);
  const pages = scores.reduce((sum, score) => sum + score.pages.length, 0);
  return trouble === 0 ? 1 : 1 - pages / trouble;
}

/** Event classes of several scenarios, each counted once. */
export function classesOf(scores: readonly Score[]): ReadonlyMap<string, Disagreement | undefined> {
  const all = new Map<string, Disagreement | undefined>();
  for (const { classes } of scores)
    for (const [key, disagreement] of classes) all.set(key, all.get(key) ?? disagreement);
  return all;
}

/** Share of event classes whose severity is as expected. */
export function agreementOf(classes: ReadonlyMap<string, Disagreement | undefined>): number {
  const agreed = [...classes.values()].filter((disagreement) => disagreement === undefined).length;
  return classes.size === 0 ? 1 : agreed / classes.size;
}

/** Holds the scores against what issue and design ask for. */
export function targetsOf(scores: readonly Score[]): Target[] {
  const missed = scores.flatMap(missedOf);
  const storms = scores.filter(({ kind }) => kind === 'storm');
  const worst = storms.reduce<Score | undefined>(
    (least, one) => (least === undefined || noiseRemovedOf([one]) < noiseRemovedOf([least]) ? one : least),
    undefined,
  );
  const agreement = agreementOf(classesOf(scores));
  const disturbed = scores.filter(({ kind, pages }) => kind === 'harmless' && pages.length > 0);
  return [
    { name: 'wanted messages missed', wanted: '0', got: String(missed.length), isMet: missed.length === 0 },
    {
      name: 'noise removed in storms, all together',
      wanted: `≥ ${percent(leastNoiseRemoved)}`,
      got: percent(noiseRemovedOf(storms)),
      isMet: noiseRemovedOf(storms) >= leastNoiseRemoved,
    },
    {
      name: 'noise removed in the worst storm',
      wanted: `≥ ${percent(leastNoiseRemoved)}`,
      got: worst === undefined ? '-' : `${percent(noiseRemovedOf([worst]))} (${worst.name})`,
      isMet: worst === undefined || noiseRemovedOf([worst]) >= leastNoiseRemoved,
    },
    {
      name: 'severity agreement',
      wanted: `≥ ${percent(leastAgreement)}`,
      got: percent(agreement),
      isMet: agreement >= leastAgreement,
    },
    {
      name: 'harmless scenarios that paged somebody',
      wanted: '0',
      got: disturbed.length === 0 ? '0' : `${disturbed.length} (${disturbed.map(({ name }) => name).join(', ')})`,
      isMet: disturbed.length === 0,
    },
  ];
}

/** One line per scenario. */
export const columns: readonly { heading: string; value: (score: Score) => string }[] = [
  { heading: 'scenario', value: ({ name }) => name },
  { heading: 'kind', value: ({ kind }) => kind },
  { heading: 'events in', value: ({ eventsIn }) => String(eventsIn) },
  { heading: 'of trouble', value: ({ troubleIn }) => String(troubleIn) },
  { heading: 'published', value: ({ publications }) => String(publications) },
  { heading: 'pages', value: ({ pages }) => String(pages.length) },
  { heading: 'removed', value: (score) => percent(noiseRemovedOf([score])) },
  { heading: 'wanted', value: ({ wanted }) => String(wanted.filter(({ wanted: { optional } }) => !optional).length) },
  { heading: 'missed', value: (score) => String(missedOf(score).length) },
  { heading: 'unwanted', value: ({ unwanted }) => String(unwanted.length) },
  {
    heading: 'severity',
    value: ({ classes }) => {
      const agreed = [...classes.values()].filter((disagreement) => disagreement === undefined).length;
      return `${agreed}/${classes.size}`;
    },
  },
];

/** What went wrong in a scenario, in lines a person can act on. */
export function findingsOf(score: Score): string[] {
  const missed = missedOf(score).map(({ verdict, wanted, first }) => {
    const instead = first === undefined ? '' : `; nearest: ${describe(first)}`;
    return `missed (${verdict}): "${wanted.tell}", wanted by ${seconds(wanted.by)} at ${wanted.severity.join(' or ')}${instead}`;
  });
  const groups = Map.groupBy(score.unwanted, ({ told, why }) => {
    const { detailType, severity } = told.publication;
    return `${detailType.slice('event.k8s.'.length)} ${severity} ${told.subjects[0]?.kind} ${told.subjects[0]?.reasons[0]} - ${why}`;
  });
  const unwanted = [...groups]
    .sort(([, a], [, b]) => b.length - a.length)
    .map(
      ([what, messages]) =>
        `unwanted ${messages.length}×: ${what}; such as ${messages[0] === undefined ? '' : describe(messages[0].told)}`,
    );
  return [...missed, ...unwanted, ...score.unlabelled.map((text) => `no expected severity for: ${text}`)];
}

/** A class whose severity is not the expected one. */
export function describeDisagreement({ expected, got, record, rule }: Disagreement): string {
  const { component, type, reason, regarding, message } = record;
  return `${regarding.kind} ${reason} (${type}, ${component || 'no component'}): expected ${expected.join(' or ')}, got ${got} by ${rule} - "${message.slice(0, 90)}"`;
}

/** The whole result as Markdown. */
export function markdownOf(scores: readonly Score[]): string {
  const table = [
    columns.map(({ heading }) => heading),
    columns.map(() => '---'),
    ...scores.map((score) => columns.map(({ value }) => value(score))),
  ].map((cells) => `| ${cells.join(' | ')} |`);
  const targets = targetsOf(scores).map(
    ({ name, wanted, got, isMet }) => `| ${name} | ${wanted} | ${got} | ${isMet ? 'met' : '**missed**'} |`,
  );
  const findings = scores.flatMap((score) => {
    const lines = findingsOf(score);
    return lines.length === 0 ? [] : ['', `### ${score.name}`, '', ...lines.map((line) => `- ${line}`)];
  });
  const disagreements = [...classesOf(scores).values()].filter((one) => one !== undefined);
  return [
    '# Judgement, measured',
    '',
    '`npm run bench:signal` replays the labelled scenarios of `test/corpus` through the decision path.',
    '',
    '| target | wanted | got | |',
    '| --- | --- | --- | --- |',
    ...targets,
    '',
    '## Scenarios',
    '',
    ...table,
    '',
    '## Findings',
    ...findings,
    '',
    '## Severities that differ from the labels',
    '',
    ...disagreements.map((one) => `- ${describeDisagreement(one)}`),
    '',
  ].join('\n');
}

function describe({ after, publication, record }: Told): string {
  const { kind, namespace, name } = record.regarding;
  return `${seconds(after)} ${publication.severity} ${kind} ${namespace === undefined ? '' : `${namespace}/`}${name} "${record.message.slice(0, 80)}"`;
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1000)} s`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
