import { describe, expect, it } from 'vitest';
import { parseValues } from '../parseValues.ts';
import { all, any, has, hasKey, isMoreThan, isSet, matches, not } from './condition.ts';
import { object, objectsPer, type Template } from './document.ts';
import { evaluate } from './evaluate.ts';
import { block, integer, joined, quoted, text } from './expression.ts';
import { each, type Mapping, merge, spread, when, whenSet } from './node.ts';
import { pathOf, type Scope } from './scope.ts';
import { toHelm } from './toHelm.ts';

function scopeOf(values: Record<string, unknown>): Scope {
  return {
    Values: parseValues(values),
    Release: { Name: 'r', Namespace: 'n', Service: 'kef' },
    Chart: { Name: 'c', AppVersion: '1.2.3' },
  };
}

const template = (body: Mapping): Template => ({ file: 'x.yaml', documents: [object(body)] });
/** The lines of a template without the comment at its head. */
const helm = (body: Mapping) => toHelm(template(body), 'test').split('\n').slice(1, -1);
const here = (body: Mapping, values: Record<string, unknown> = {}) => evaluate(object(body), scopeOf(values))[0];

describe('a path', () => {
  it('is read off the function that reads the value', () => {
    expect(pathOf(({ Values }) => Values.metrics.podMonitor.interval)).toBe('.Values.metrics.podMonitor.interval');
    expect(pathOf(({ Release }) => Release.Name)).toBe('.Release.Name');
  });
});

describe('a node, here and in Helm', () => {
  const clusterId = text(({ Values }) => Values.clusterId);

  it.each<[string, Mapping, Record<string, unknown>, Record<string, unknown>, string[]]>([
    [
      'a constant that YAML 1.1 would misread',
      { a: 'no', b: '1:30' },
      {},
      { a: 'no', b: '1:30' },
      ['a: "no"', 'b: "1:30"'],
    ],
    ['braces that are for Prometheus', { a: 'x {{ $y }}' }, {}, { a: 'x {{ $y }}' }, ['a: x {{`{{ $y }}`}}']],
    ['a text', { a: clusterId }, { clusterId: 'p' }, { a: 'p' }, ['a: {{ .Values.clusterId | quote }}']],
    [
      'a number',
      { a: integer(({ Values }) => Values.replicaCount) },
      {},
      { a: 1 },
      ['a: {{ int .Values.replicaCount }}'],
    ],
    [
      'a sum as a text',
      { a: quoted(integer(({ Values }) => Values.replicaCount, 4)) },
      {},
      { a: '5' },
      ['a: {{ add (int .Values.replicaCount) 4 | quote }}'],
    ],
    [
      'a text with expressions, quotes and constants in it',
      { a: joined`${'it'}'s "${clusterId}"` },
      { clusterId: 'p' },
      { a: `it's "p"` },
      [`a: 'it''s "{{ .Values.clusterId }}"'`],
    ],
    [
      'an entry that is not always there',
      { a: whenSet(({ Values }) => Values.nodeSelector), b: 1 },
      {},
      { b: 1 },
      [
        '{{- if .Values.nodeSelector }}',
        'a:',
        '  {{- toYaml .Values.nodeSelector | nindent 2 }}',
        '{{- end }}',
        'b: 1',
      ],
    ],
    [
      'one of two entries',
      {
        a: when(
          isSet(({ Values }) => Values.rbac.create),
          'yes',
          'never',
        ),
      },
      {},
      { a: 'yes' },
      ['{{- if .Values.rbac.create }}', 'a: "yes"', '{{- else }}', 'a: never', '{{- end }}'],
    ],
    [
      'mappings in one',
      {
        a: merge(
          { x: 1 },
          when(
            isSet(({ Values }) => Values.podLabels),
            block(({ Values }) => Values.podLabels),
          ),
        ),
      },
      { podLabels: { y: '2' } },
      { a: { x: 1, y: '2' } },
      [
        'a:',
        '  x: 1',
        '  {{- if .Values.podLabels }}',
        '  {{- toYaml .Values.podLabels | nindent 2 }}',
        '  {{- end }}',
      ],
    ],
    [
      'a list with everything in it',
      {
        a: [
          'x',
          when(not(isSet(({ Values }) => Values.rbac.create)), 'y'),
          each(
            ({ Values }) => Values.networkPolicy.egressPorts,
            'port',
            (port) => ({ port }),
          ),
          spread(({ Values }) => Values.tolerations),
        ],
      },
      { tolerations: [{ key: 'k' }] },
      { a: ['x', { port: 443 }, { key: 'k' }] },
      [
        'a:',
        '  - x',
        '  {{- if not .Values.rbac.create }}',
        '  - "y"',
        '  {{- end }}',
        '  {{- range $port := .Values.networkPolicy.egressPorts }}',
        '  - port: {{ $port }}',
        '  {{- end }}',
        '  {{- with .Values.tolerations }}',
        '  {{- toYaml . | nindent 2 }}',
        '  {{- end }}',
      ],
    ],
  ])('can be %s', (_name, body, values, expected, lines) => {
    expect(here(body, values)).toEqual(expected);
    expect(helm(body)).toEqual(lines);
  });

  it('reaches the root from within a loop', () => {
    const document = objectsPer(
      ({ Values }) => Values.namespaces,
      'namespace',
      (namespace) => [{ name: quoted(namespace), of: clusterId }],
    );
    expect(evaluate(document, scopeOf({ clusterId: 'p', namespaces: ['a', 'b'] }))).toEqual([
      { name: 'a', of: 'p' },
      { name: 'b', of: 'p' },
    ]);
    expect(toHelm({ file: 'x', documents: [document] }, 'test')).toContain('of: {{ $.Values.clusterId | quote }}');
  });

  it('cannot be what Helm would print wrongly', () => {
    const optional = when(
      isSet(({ Values }) => Values.region),
      'x',
    );
    expect(() => helm({ a: [{ first: optional }] })).toThrow('cannot begin');
    expect(() =>
      helm({
        a: merge(
          { x: 1 },
          when(
            isSet(({ Values }) => Values.region),
            'text',
          ),
        ),
      }),
    ).toThrow('only mappings');
  });
});

describe('a condition', () => {
  const scope = scopeOf({ clusterId: 'p', replicaCount: 2, namespaces: ['a'], podLabels: { k: 'v' } });
  const yes = isSet(({ Values }) => Values.clusterId);
  const no = isSet(({ Values }) => Values.region);

  it.each([
    [yes, true, '.Values.clusterId'],
    [isSet(({ Values }) => Values.nodeSelector), false, '.Values.nodeSelector'],
    [isSet(({ Values }) => Values.tolerations), false, '.Values.tolerations'],
    [not(no), true, 'not .Values.region'],
    [all(yes, not(no)), true, 'and .Values.clusterId (not .Values.region)'],
    [any(no, no), false, 'or .Values.region .Values.region'],
    [isMoreThan(({ Values }) => Values.replicaCount, 1), true, 'gt (int .Values.replicaCount) 1'],
    [has(({ Values }) => Values.namespaces, 'a'), true, 'has "a" .Values.namespaces'],
    [hasKey(({ Values }) => Values.podLabels, 'x'), false, 'hasKey .Values.podLabels "x"'],
    [matches(({ Values }) => Values.clusterId, /^p$/), true, 'regexMatch "^p$" .Values.clusterId'],
  ])('%# holds here and is asked of Helm', (condition, holds, pipeline) => {
    expect(condition.holds(scope)).toBe(holds);
    expect(condition.pipeline('')).toBe(pipeline);
  });
});
