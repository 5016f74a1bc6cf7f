import { ruleTable } from './ruleTable.ts';

/**
 * node-problem-detector and its monitors. The component is the monitor's name (`kernel-monitor`), never the product's.
 * The reasons are its own, so they are recognised whatever the monitor is called in a cluster.
 */
export const nodeProblemDetectorRules = ruleTable('npd', { kind: 'Node' }, [
  ['KernelOops', 'critical', 'node'],
  // The condition; the event of the same finding is DockerHung.
  ['KernelDeadlock', 'critical', 'node'],
  ['DockerHung', 'critical', 'node'],
  // The kernel killed a process for memory: the only event that tells of a container's OOM kill.
  ['OOMKilling', 'critical', 'node'],
  ['VMcore', 'critical', 'node'],
  ['XfsHasShutdown', 'critical', 'node'],
  ['FilesystemIsReadOnly', 'critical', 'node'],
  ['DiskBadBlock', 'critical', 'node'],
  ['CperHardwareErrorFatal', 'critical', 'node'],
  ['WindowsDefenderThreatsDetected', 'critical', 'security'],
  ['KubeletUnhealthy', 'critical', 'node'],
  ['KubeletIsHealthy', 'info', 'node', { resolves: ['KubeletUnhealthy'] }],
  ['ContainerdUnhealthy', 'critical', 'node'],
  ['DockerUnhealthy', 'critical', 'node'],
  ['ContainerRuntimeIsHealthy', 'info', 'node', { resolves: ['ContainerdUnhealthy', 'DockerUnhealthy'] }],
  ['KubeProxyUnhealthy', 'high', 'network'],
  ['KubeProxyIsHealthy', 'info', 'network', { resolves: ['KubeProxyUnhealthy'] }],
  ['TaskHung', 'high', 'node'],
  ['Ext4Error', 'high', 'node'],
  ['IOError', 'high', 'node'],
  ['MemoryReadError', 'high', 'node'],
  ['CorruptDockerOverlay2', 'high', 'node'],
  ['ConntrackFull', 'high', 'network'],
  ['DNSUnreachable', 'high', 'dns'],
  ['FrequentKubeletRestart', 'high', 'node'],
  ['NoFrequentKubeletRestart', 'info', 'node', { resolves: ['FrequentKubeletRestart'] }],
  ['FrequentDockerRestart', 'high', 'node'],
  ['NoFrequentDockerRestart', 'info', 'node', { resolves: ['FrequentDockerRestart'] }],
  ['FrequentContainerdRestart', 'high', 'node'],
  ['NoFrequentContainerdRestart', 'info', 'node', { resolves: ['FrequentContainerdRestart'] }],
  ['UnregisterNetDevice', 'medium', 'network'],
  ['Ext4Warning', 'medium', 'node'],
  ['CperHardwareErrorRecoverable', 'medium', 'node'],
  ['CperHardwareErrorCorrected', 'low', 'node'],
  ['CorruptDockerImage', 'medium', 'image'],
  ['DockerContainerStartupFailure', 'medium', 'container'],
  ['ContainerCreationFailed', 'medium', 'container'],
  ['CorruptContainerImageLayer', 'medium', 'image'],
  ['HCSEmptyLayerchain', 'medium', 'node'],
  ['CCPPCrash', 'medium', 'node'],
  ['UncaughtException', 'low', 'node'],
  ['XorgCrash', 'low', 'node'],
  ['NTPIsDown', 'medium', 'node'],
  ['NTPIsUp', 'info', 'node', { resolves: ['NTPIsDown'] }],
  ['IPTablesVersionsMismatch', 'medium', 'network'],
  // Warnings, although a start is what they tell of.
  ['KubeletStart', 'low', 'node'],
  ['DockerStart', 'low', 'node'],
  ['ContainerdStart', 'low', 'node'],
]);
