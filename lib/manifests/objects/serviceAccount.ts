import { serviceAccountName } from '../helpers.ts';
import { any, isSet } from '../template/condition.ts';
import { object, type Template } from '../template/document.ts';
import { block, text } from '../template/expression.ts';
import { merge, when } from '../template/node.ts';
import { metadata } from './metadata.ts';

const roleArn = isSet(({ Values }) => Values.serviceAccount.roleArn);
const annotations = isSet(({ Values }) => Values.serviceAccount.annotations);

/**
 * Who the relay is, to Kubernetes and to AWS. IRSA is one annotation; EKS Pod Identity is an association in AWS that names this
 * account, so there is nothing to write here.
 */
export const serviceAccount: Template = {
  file: 'serviceaccount.yaml',
  documents: [
    object(
      {
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        metadata: metadata(serviceAccountName, {
          annotations: when(
            any(roleArn, annotations),
            merge(
              when(roleArn, { 'eks.amazonaws.com/role-arn': text(({ Values }) => Values.serviceAccount.roleArn) }),
              when(
                annotations,
                block(({ Values }) => Values.serviceAccount.annotations),
              ),
            ),
          ),
        }),
        // Only the relay's own pod mounts the token, and says so itself.
        automountServiceAccountToken: false,
      },
      isSet(({ Values }) => Values.serviceAccount.create),
    ),
  ],
};
