import { deflateRawSync, inflateRawSync } from 'node:zlib';

/** Where an EKS cluster is. */
export interface EksName {
  /** Name of the EKS cluster. */
  readonly name: string;
  /** @default - the backend's */
  readonly region?: string | undefined;
  /** @default - the backend's */
  readonly account?: string | undefined;
}

/** Characters that the names may take of the 4 KB that Lambda gives to a function's environment. */
export const maxEksNamesLength = 2_000;

/** Which EKS cluster each cluster id is, as one short text for a function's environment. */
export function encodeEksNames(names: ReadonlyMap<string, EksName>): string {
  if (names.size === 0) return '';
  const entries = [...names].map(([id, { name, region, account }]) => [id, name, region ?? '', account ?? '']);
  return deflateRawSync(JSON.stringify(entries), { level: 9 }).toString('base64');
}

/**
 * Tells the ARN of a cluster by its id.
 *
 * @param names what {@link encodeEksNames} gave
 * @param prefix `arn:aws:eks:REGION:ACCOUNT:cluster/` of the backend's own place
 * @returns a function that answers with the ARN, or undefined for ids whose EKS cluster the configuration does not name
 */
export function readEksArns(names: string, prefix: string): (cluster: string) => string | undefined {
  if (names === '') return () => undefined;
  const [, partition, , ownRegion, ownAccount] = prefix.split(':');
  const entries = JSON.parse(inflateRawSync(Buffer.from(names, 'base64')).toString('utf8')) as [
    id: string,
    name: string,
    region: string,
    account: string,
  ][]; // written by encodeEksNames
  const arns = new Map(
    entries.map(([id, name, region, account]) => [
      id,
      `arn:${partition}:eks:${region || ownRegion}:${account || ownAccount}:cluster/${name}`,
    ]),
  );
  return (cluster) => arns.get(cluster);
}
