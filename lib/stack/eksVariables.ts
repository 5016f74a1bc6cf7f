import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** What the functions that publish are told, to name the EKS cluster of an event by its ARN; see `lib/api/eksClusters.ts`. */
export function eksVariables(scope: Construct, eksNames: string): Record<'EKS_NAMES' | 'EKS_ARN', string> {
  const place = { service: 'eks', resource: 'cluster', resourceName: '', arnFormat: ArnFormat.SLASH_RESOURCE_NAME };
  return { EKS_NAMES: eksNames, EKS_ARN: Stack.of(scope).formatArn(place) };
}
