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

/** The kubectl commands to start with, built from nothing but the event's labels. */
export function commandsFor(detail: StandardEvent): string[] {
  const { involved_kind: kind = '', involved_name: name = '' } = detail.labels;
  const isScoped = !clusterScoped.has(kind);
  const namespace = detail.labels.involved_namespace ?? detail.namespace;
  const where = isScoped && namespace !== '' ? ` -n ${quote(namespace)}` : '';
  // A storm has no single object, and a name that begins like an option could make kubectl do something else.
  if (name === '*' || name.startsWith('-'))
    return [`kubectl get ${quote(kind.toLowerCase())}${where}`, eventsCommand(where)];
  const object = quote(name);
  const describe = `kubectl describe ${quote(kind.toLowerCase())} ${object}${where}`;
  const events = `${eventsCommand(where)} --field-selector involvedObject.name=${object}`;
  if (kind === 'Pod') return [describe, podCommand(detail, object, where) ?? events];
  if (kind === 'Node') {
    return [describe, `kubectl get pods -A --field-selector spec.nodeName=${object} -o wide`];
  }
  return [describe, events];
}

/** Logs only of what has run: a pod that was not scheduled or has no image has none. */
function podCommand({ labels }: StandardEvent, object: string, where: string): string | undefined {
  const ofContainer = labels.container === undefined ? '' : ` -c ${quote(labels.container)}`;
  const logs = `kubectl logs ${object}${where}${ofContainer} --tail=50`;
  if (labels.category === 'container') return `${logs} --previous`;
  if (labels.category === 'probe') return logs;
  return labels.category === 'scheduling' ? 'kubectl get nodes -o wide' : undefined;
}

function eventsCommand(where: string): string {
  return `kubectl get events${where} --sort-by=.lastTimestamp`;
}

/** Names come from whoever may create objects; what is pasted into a shell must be one word. */
function quote(word: string): string {
  return /^[A-Za-z0-9._:@%+=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
