import { emitted } from './emitted.ts';

/** node-problem-detector: its components are the names of its monitors. */
export const nodeProblemDetectorEmitted = emitted(`
@ kernel-monitor / Node
OOMKilling | Warning | critical | Kernel OOM killer killed a process (container or host)
TaskHung | Warning | high | A task was blocked for too long
UnregisterNetDevice | Warning | medium | Network device cannot be released
KernelOops | Warning | critical | Kernel oops
Ext4Error | Warning | high | ext4 filesystem error
Ext4Warning | Warning | medium | ext4 filesystem warning
IOError | Warning | high | Buffer I/O error
MemoryReadError | Warning | high | Correctable memory read error
CperHardwareErrorCorrected | Warning | low | Corrected hardware error
CperHardwareErrorRecoverable | Warning | medium | Recoverable hardware error
CperHardwareErrorFatal | Warning | critical | Fatal hardware error
XfsHasShutdown | Warning | critical | XFS filesystem shut down
DockerHung | Warning | critical | Docker task hung
KernelHasNoDeadlock | Normal | info | The condition KernelDeadlock ended

@ readonly-monitor / Node
FilesystemIsReadOnly | Warning | critical | A filesystem was remounted read-only
FilesystemIsNotReadOnly | Normal | info | The condition ReadonlyFilesystem ended

@ docker-monitor / Node
CorruptDockerImage | Warning | medium | Docker image layer corrupt
CorruptDockerOverlay2 | Warning | high | overlay2 storage corrupt
DockerContainerStartupFailure | Warning | medium | OCI runtime start failed

@ abrt-adaptor / Node
CCPPCrash | Warning | medium | A process crashed
UncaughtException | Warning | low | Uncaught exception in a process
XorgCrash | Warning | low | Display server crash
VMcore | Warning | critical | Kernel crash dump seen
KernelOops | Warning | critical | Kernel oops reported by abrt

@ health-checker / Node
KubeletUnhealthy | Warning | critical | kubelet health check failed
KubeletIsHealthy | Normal | info | kubelet healthy again
ContainerdUnhealthy | Warning | critical | containerd health check failed
DockerUnhealthy | Warning | critical | docker health check failed
ContainerRuntimeIsHealthy | Normal | info | container runtime healthy again
KubeProxyUnhealthy | Warning | high | kube-proxy health check failed (Windows)
KubeProxyIsHealthy | Normal | info | kube-proxy healthy again

@ systemd-monitor / Node
FrequentKubeletRestart | Warning | high | kubelet restarts often
FrequentDockerRestart | Warning | high | docker restarts often
FrequentContainerdRestart | Warning | high | containerd restarts often
NoFrequentKubeletRestart | Normal | info | kubelet restarts ended
NoFrequentDockerRestart | Normal | info | docker restarts ended
NoFrequentContainerdRestart | Normal | info | containerd restarts ended
KubeletStart | Warning | low | kubelet service started
DockerStart | Warning | low | docker service started
ContainerdStart | Warning | low | containerd service started

@ network-custom-plugin-monitor / Node
ConntrackFull | Warning | high | conntrack table full
DNSUnreachable | Warning | high | DNS not reachable from the node

@ ntp-custom-plugin-monitor / Node
NTPIsDown | Warning | medium | NTP service down
NTPIsUp | Normal | info | NTP service back

@ disk-monitor / Node
DiskBadBlock | Warning | critical | Bad disk sectors

@ iptables-mode-monitor / Node
IPTablesVersionsMismatch | Warning | medium | iptables nft and legacy mixed

@ containerd / Node
ContainerCreationFailed | Warning | medium | Windows: container creation failed
CorruptContainerImageLayer | Warning | medium | Windows: image layer corrupt
HCSEmptyLayerchain | Warning | medium | Windows: layer chain broken

@ windows-defender-custom-plugin-monitor / Node
WindowsDefenderThreatsDetected | Warning | critical | Windows Defender found threats
`);
