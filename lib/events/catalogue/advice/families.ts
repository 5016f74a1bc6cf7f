import type { FamilyAdvice } from './advice.ts';

const describeObject = 'kubectl -n NAMESPACE describe KIND NAME';

function family(table: string, title: string, ...diagnose: string[]): FamilyAdvice {
  return {
    table,
    title,
    causes: ['the message names it: what the component tried, and who refused'],
    diagnose: [describeObject, ...diagnose],
    remedy: 'Read the message and the state of the object; the component tries again by itself.',
  };
}

/** What holds for every event of a family: one entry for each table of rules, in the order of the documentation. */
export const familyAdvice: readonly FamilyAdvice[] = [
  family('kubelet', 'kubelet', 'kubectl describe node NODE'),
  family('node', 'Nodes', 'kubectl describe node NODE'),
  family(
    'npd',
    'node-problem-detector',
    'kubectl describe node NODE',
    'kubectl -n kube-system logs daemonset/node-problem-detector --tail=50',
  ),
  family('scheduler', 'Scheduler'),
  family('leader-election', 'Leader election'),
  family('workload', 'Workload controllers'),
  family('batch', 'Jobs and CronJobs'),
  family('hpa', 'Horizontal pod autoscaler'),
  family('storage', 'Volumes', 'kubectl -n NAMESPACE get pvc'),
  family('csi', 'CSI sidecars', 'kubectl get volumeattachments'),
  family('network', 'Services and addresses'),
  family('service-controller', 'Cloud load balancers of Services'),
  family('karpenter', 'Karpenter', 'kubectl -n kube-system logs -l app.kubernetes.io/name=karpenter --tail=100'),
  family(
    'karpenter-condition',
    'Status conditions reported by Karpenter',
    'kubectl -n kube-system logs -l app.kubernetes.io/name=karpenter --tail=100',
  ),
  family(
    'nth',
    'AWS node termination handler',
    'kubectl -n kube-system logs -l app.kubernetes.io/name=aws-node-termination-handler --tail=100',
  ),
  family(
    'eks-node-agent',
    'EKS node monitoring agent',
    'kubectl describe node NODE',
    'kubectl -n kube-system logs daemonset/eks-node-monitoring-agent --tail=50',
  ),
  family(
    'vpc',
    'VPC CNI and VPC resource controller',
    'kubectl -n kube-system logs -l k8s-app=aws-node -c aws-node --tail=100',
  ),
  family(
    'aws-lbc',
    'AWS Load Balancer Controller',
    'kubectl -n kube-system logs deployment/aws-load-balancer-controller --tail=100',
  ),
  family(
    'cluster-autoscaler',
    'Cluster Autoscaler',
    'kubectl -n kube-system logs deployment/cluster-autoscaler --tail=100',
  ),
  family('vpa', 'Vertical pod autoscaler'),
  family('keda', 'KEDA', 'kubectl -n keda logs deployment/keda-operator --tail=100'),
  family(
    'ingress-nginx',
    'ingress-nginx',
    'kubectl -n ingress-nginx logs deployment/ingress-nginx-controller --tail=100',
  ),
  family('nginx', 'NGINX Ingress Controller (F5)'),
  family('cert-manager', 'cert-manager', 'kubectl -n cert-manager logs deployment/cert-manager --tail=100'),
  family('istio', 'Istio'),
  family('knative', 'Knative Serving', 'kubectl -n knative-serving logs deployment/controller --tail=100'),
  family('prometheus-operator', 'Prometheus operator'),
  family('velero', 'Velero', 'kubectl -n velero logs deployment/velero --tail=100'),
  family('external-dns', 'external-dns'),
  family('metallb', 'MetalLB'),
  family('argocd', 'Argo CD', 'argocd app get NAME'),
  family('argocd-applicationset', 'Argo CD ApplicationSets'),
  family('argo-rollouts', 'Argo Rollouts', 'kubectl argo rollouts get rollout NAME -n NAMESPACE'),
  family('argo-workflows', 'Argo Workflows', 'argo get -n NAMESPACE NAME'),
  family('flux', 'Flux: Kustomizations and HelmReleases', 'flux logs --kind=KIND --name=NAME -n NAMESPACE'),
  family('flux-source', 'Flux: sources', 'flux get sources all -A'),
  family('flux-notification', 'Flux: notifications'),
  family('kyverno', 'Kyverno', 'kubectl get policyreports -A'),
  family('gatekeeper', 'OPA Gatekeeper'),
  family('external-secrets', 'External Secrets: secrets'),
  family('secret-store', 'External Secrets: stores'),
  family('secrets-store-csi', 'Secrets Store CSI driver'),
  family('descheduler', 'Descheduler'),
  family('kueue', 'Kueue: workloads', 'kubectl get clusterqueues,localqueues -A'),
  family('kueue-job', 'Kueue: jobs'),
  family('strimzi', 'Strimzi'),
  family('conflict', 'Two writers of one object'),
  family('documented', 'Names from documents'),
  family('generic', 'Reasons that no table knows'),
];
