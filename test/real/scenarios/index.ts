import type { RealScenario } from '../realScenario.ts';
import { churn } from './churn.ts';
import { history } from './history.ts';
import { identity } from './identity.ts';
import { rates } from './rates.ts';
import { replicas } from './replicas.ts';
import { selectors } from './selectors.ts';
import { servers } from './servers.ts';
import { signals } from './signals.ts';

/** What runs on a real kube-apiserver. */
export const realScenarios: readonly RealScenario[] = [
  ...rates,
  ...servers,
  ...history,
  ...identity,
  ...signals,
  ...replicas,
  ...selectors,
  ...churn,
];
