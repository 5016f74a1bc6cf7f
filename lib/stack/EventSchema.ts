import { CfnRegistry, CfnSchema } from 'aws-cdk-lib/aws-eventschemas';
import { Construct } from 'constructs';
import * as z from 'zod';
import { standardEventSchema } from '../events/standardEvent.ts';

export interface EventSchemaProps {
  readonly name: string;
}

/** Detail types on the bus. */
const detailTypes = [
  'event.k8s.received',
  'event.k8s.ongoing',
  'event.k8s.escalated',
  'event.k8s.resolved',
  'event.k8s.storm',
  'relay.k8s.silent',
  'relay.k8s.back',
];

/** The standard event in EventBridge's schema registry, from which its console generates code for consumers. */
export class EventSchema extends Construct {
  constructor(scope: Construct, id: string, props: EventSchemaProps) {
    super(scope, id);
    const registry = new CfnRegistry(this, 'Registry', {
      registryName: props.name,
      description: 'Events on the bus of the Kubernetes event forwarder.',
    });
    new CfnSchema(this, 'Schema', {
      registryName: registry.attrRegistryName,
      schemaName: 'kubernetes@KubernetesEvent',
      type: 'OpenApi3',
      description: 'The standard event, as every rule of the bus sees it.',
      content: JSON.stringify(openApiDocument()),
    });
  }
}

/**
 * The standard event in EventBridge's envelope, as an OpenAPI 3.0 document with the extensions its code generator reads.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-schema.html
 */
export function openApiDocument(): unknown {
  const { $schema: _, ...detail } = z.toJSONSchema(standardEventSchema, { target: 'openapi-3.0', io: 'input' });
  const text = { type: 'string' };
  return {
    openapi: '3.0.0',
    info: { version: '1.0.0', title: 'KubernetesEvent' },
    paths: {},
    components: {
      schemas: {
        AWSEvent: {
          type: 'object',
          required: ['detail-type', 'resources', 'detail', 'id', 'source', 'time', 'region', 'version', 'account'],
          'x-amazon-events-detail-type': 'event.k8s.received',
          'x-amazon-events-source': 'kubernetes',
          properties: {
            detail: { $ref: '#/components/schemas/KubernetesEvent' },
            'detail-type': { type: 'string', enum: detailTypes },
            resources: { type: 'array', items: text },
            id: text,
            source: text,
            time: { type: 'string', format: 'date-time' },
            region: text,
            version: text,
            account: text,
          },
        },
        KubernetesEvent: detail,
      },
    },
  };
}
