import * as z from 'zod';
import { matchesWildcards } from '../iam/policy.ts';
import type { Deployment } from '../template/deployment.ts';
import { parse } from './functionDefinition.ts';

const permissionSchema = z.object({
  Action: z.string(),
  FunctionName: z.string(),
  Principal: z.string(),
  SourceArn: z.string().optional(),
});

/** Answers whether a function's own policy lets a service invoke it. */
export type InvokePermissions = (functionName: string, principal: string, sourceArn: string) => boolean;

/** Reads the AWS::Lambda::Permission resources: what is missing here would be missing after a deployment too. */
export function readPermissions(deployment: Deployment): InvokePermissions {
  const permissions = deployment
    .resources('AWS::Lambda::Permission')
    .map((resource) => parse(resource, permissionSchema))
    .filter(({ Action }) => Action === 'lambda:InvokeFunction' || Action === 'lambda:*');
  return (functionName, principal, sourceArn) =>
    permissions.some(
      ({ FunctionName, Principal, SourceArn }) =>
        (FunctionName.split(':function:').at(-1) ?? FunctionName) === functionName &&
        Principal === principal &&
        (SourceArn === undefined || matchesWildcards(SourceArn, sourceArn)),
    );
}
