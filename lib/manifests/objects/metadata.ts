import { fullname, labels } from '../helpers.ts';
import { type Expression, type Joined, text } from '../template/expression.ts';
import type { Mapping } from '../template/node.ts';

/** The namespace of the release. */
export const releaseNamespace = text(({ Release }) => Release.Namespace);

/** Metadata of an object in the release's namespace. */
export function metadata(objectName: Expression<string> | Joined = fullname, more: Mapping = {}): Mapping {
  return { name: objectName, namespace: releaseNamespace, labels, ...more };
}
