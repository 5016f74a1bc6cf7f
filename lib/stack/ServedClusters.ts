import { Annotations, Lazy } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { clusterIdPattern, isClusterId } from '../api/clusterId.ts';
import { encodeClusterList } from '../api/clusterList.ts';
import { type EksName, encodeEksNames, maxEksNamesLength } from '../api/eksClusters.ts';
import { KefError } from '../errors.ts';
import type { RuleSpec } from '../events/rules.ts';
import { listsComplaint, maxClusters } from './ingestLists.ts';
import type { ClusterProps } from './RelayRole.ts';

/** The clusters of a forwarder, as its functions are told of them. Known at the end only: clusters are added after the functions. */
export class ServedClusters {
  /** See `lib/api/clusterList.ts`. */
  readonly list: string;
  /** See `lib/api/eksClusters.ts`. */
  readonly eksNames: string;
  private readonly scope: Construct;
  private readonly rules: readonly RuleSpec[];
  private readonly ids = new Map<string, string>();
  private readonly eksClusters = new Map<string, EksName>();

  constructor(scope: Construct, rules: readonly RuleSpec[]) {
    this.scope = scope;
    this.rules = rules;
    this.list = Lazy.string({ produce: () => encodeClusterList([...this.ids.values()]) });
    this.eksNames = Lazy.string({ produce: () => (this.eksNamesFit ? encodeEksNames(this.eksClusters) : '') });
  }

  /** @throws KefError ConfigInvalid when the id is malformed or taken, or when the list is full */
  add({ id, eksCluster, place }: ClusterProps): void {
    if (!isClusterId(id)) {
      throw new KefError('ConfigInvalid', `cluster id must match ${clusterIdPattern.source}, got "${id}".`);
    }
    const taken = this.ids.get(id.toLowerCase());
    if (taken !== undefined) {
      throw new KefError('ConfigInvalid', `cluster ids must differ in more than case: "${taken}" and "${id}".`);
    }
    this.ids.set(id.toLowerCase(), id);
    if (this.ids.size > maxClusters) {
      throw new KefError(
        'ConfigInvalid',
        `one forwarder serves at most ${maxClusters} clusters; put the others into a second one with another name.`,
      );
    }
    const complaint = listsComplaint(this.rules, this.ids.size);
    if (complaint !== undefined) throw new KefError('ConfigInvalid', `severity rules ${complaint}`);
    if (eksCluster !== undefined) this.name(id, { ...place, name: eksCluster });
  }

  private name(id: string, eksName: EksName): void {
    const fitted = this.eksNamesFit;
    this.eksClusters.set(id, eksName);
    if (!fitted || this.eksNamesFit) return;
    Annotations.of(this.scope).addInfo(
      'The names of the EKS clusters no longer fit into the environment of a function: events on the bus go without "resources". ' +
        'Everything else, clusterId included, is as before. Shorter names, or fewer clusters in this forwarder, bring them back.',
    );
  }

  private get eksNamesFit(): boolean {
    return encodeEksNames(this.eksClusters).length <= maxEksNamesLength;
  }
}
