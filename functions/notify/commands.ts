import type { StandardEvent } from '../../lib/events/standardEvent.ts';

/** Kinds without a namespace that events are commonly about. */
const clusterScoped = new Set([
  'Node',
  'PersistentVolume',
  'Namespace',
  'StorageClass',
  'ClusterRole',
  'NodePool',
  'NodeClaim',
]);

/** The kubectl commands to start with, built from nothing but kind, namespace, name and container. */
export function commandsFor(detail: StandardEvent): string[] {
  const { involved_kind: kind = '', involved_name: name = '', container } = detail.labels;
  const isScoped = !clusterScoped.has(kind);
  const namespace = detail.labels.involved_namespace ?? detail.namespace;
  const where = isScoped && namespace !== '' ? ` -n ${quote(namespace)}` : '';
  // A storm has no single object, and a name that begins like an option could make kubectl do something else.
  if (name === '*' || name.startsWith('-'))
    return [`kubectl get ${quote(kind.toLowerCase())}${where}`, eventsCommand(where)];
  const object = quote(name);
  const describe = `kubectl describe ${quote(kind.toLowerCase())} ${object}${where}`;
  const ofContainer = container === undefined ? '' : ` -c ${quote(container)}`;
  if (kind === 'Pod') return [describe, `kubectl logs ${object}${where}${ofContainer} --previous --tail=50`];
  if (kind === 'Node') {
    return [describe, `kubectl get pods -A --field-selector spec.nodeName=${object} -o wide`];
  }
  return [describe, `${eventsCommand(where)} --field-selector involvedObject.name=${object}`];
}

function eventsCommand(where: string): string {
  return `kubectl get events${where} --sort-by=.lastTimestamp`;
}

/** Names come from whoever may create objects; what is pasted into a shell must be one word. */
function quote(word: string): string {
  return /^[A-Za-z0-9._:@%+=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
