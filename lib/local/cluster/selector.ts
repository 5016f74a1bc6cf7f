import { type JsonObject, textAt } from './json.ts';
import type { Version } from './objectStore.ts';
import { objectOf, type ResourceView } from './resources.ts';
import { badRequest } from './statusError.ts';

/** Whether a version belongs to what was asked for; `undefined` when everything does. */
export type Selector = ((version: Version) => boolean) | undefined;

interface Requirement {
  readonly path: readonly string[];
  readonly value: string;
  readonly isEqual: boolean;
}

/**
 * Compiles field and label selectors. Labels support equality only; the set forms have no use on events.
 *
 * @throws StatusError 400 in the server's words
 */
export function compileSelector(view: ResourceView, fieldSelector: string, labelSelector: string): Selector {
  const requirements = [
    ...terms(fieldSelector).map((term) => fieldRequirement(view, term)),
    ...terms(labelSelector).map(labelRequirement),
  ];
  if (requirements.length === 0) return undefined;
  return (version) => {
    const object: JsonObject = objectOf(version);
    return requirements.every(({ path, value, isEqual }) => (textAt(object, path) === value) === isEqual);
  };
}

function fieldRequirement(view: ResourceView, term: string): Requirement {
  const { name, value, isEqual } = splitTerm(term) ?? refuse(term);
  const path = view.fieldLabels[name];
  if (path === undefined) throw badRequest(`field label not supported: ${name}`);
  return { path, value, isEqual };
}

function labelRequirement(term: string): Requirement {
  const split = splitTerm(term);
  if (split === undefined) throw badRequest(`unable to parse requirement: ${term}: only = and != are supported here`);
  return { path: ['metadata', 'labels', split.name], value: split.value, isEqual: split.isEqual };
}

function refuse(term: string): never {
  throw badRequest(`invalid selector: '${term}'; can't understand '${term}'`);
}

function splitTerm(term: string): { name: string; value: string; isEqual: boolean } | undefined {
  const found = /^([^=!]+)(!=|==|=)(.*)$/s.exec(term);
  const [, name, operator, value] = found ?? [];
  if (name === undefined || value === undefined) return undefined;
  return { name: name.trim(), value: value.replace(/\\(.)/gs, '$1'), isEqual: operator !== '!=' };
}

/** Cuts at commas that are not escaped; empty terms mean nothing. */
function terms(selector: string): string[] {
  return selector.split(/(?<!\\),/).filter((term) => term !== '');
}
