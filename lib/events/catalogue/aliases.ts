/**
 * Names under which documents list what is written under another name. Whoever uses such a name in a rule or a search means
 * the event that exists. Only pairs that are one thing: where a document's name has no exact counterpart, `documentedNames.ts`
 * says what comes nearest, and nothing is put in its place.
 */
const aliases: ReadonlyMap<string, readonly string[]> = new Map([
  // node-problem-detector: names of conditions
  ['ContainerdHung', ['ContainerdUnhealthy']],
  ['ReadonlyFilesystem', ['FilesystemIsReadOnly']],
  ['KernelDeadlock', ['DockerHung']],
  ['FilesystemCorruption', ['Ext4Error', 'IOError', 'XfsHasShutdown']],
  // cert-manager
  ['NotReady', ['CertificateNotReady']],
  ['OrderComplete', ['Complete']],
  // external-dns
  ['CreateRecord', ['RecordReady']],
  ['UpdateRecord', ['RecordReady']],
  ['DeleteRecord', ['RecordDeleted']],
  ['FailedToSyncRecords', ['RecordError']],
  // MetalLB
  ['IPAssigned', ['IPAllocated']],
  ['IPNotAssigned', ['AllocationFailed']],
  // Kubernetes
  ['Killed', ['Killing']],
  ['NodeStatusUnknown', ['NodeNotReady']],
]);

/** Reasons that a name given by a person stands for; the name itself is the first of them. */
export function reasonsMeantBy(name: string): readonly string[] {
  return [name, ...(aliases.get(name) ?? [])];
}

/** Documented names of a reason. */
export function aliasesOf(reason: string): readonly string[] {
  return [...aliases].filter(([, reasons]) => reasons.includes(reason)).map(([name]) => name);
}
