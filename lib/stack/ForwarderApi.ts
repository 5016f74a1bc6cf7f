import { type ArnComponents, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  HttpApi,
  HttpMethod,
  HttpStage,
  LogGroupLogDestination,
  type ThrottleSettings,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

export interface ForwarderApiProps {
  readonly name: string;
  /** Takes batches from relays and returns their position. */
  readonly ingest: IFunction;
  /** Answers the command line and the console. */
  readonly query: IFunction;
  /**
   * Requests per second and burst for the whole stage.
   *
   * A relay sends about one batch a second when it is busy, so the default carries some hundreds of busy clusters; the
   * account's own limit is 10,000 per second.
   *
   * @default { rateLimit: 1000, burstLimit: 2000 }
   */
  readonly throttle?: ThrottleSettings;
  /** @default RetentionDays.ONE_MONTH */
  readonly logRetention?: RetentionDays;
  /** @default - a key of CloudWatch Logs */
  readonly encryptionKey?: IKey | undefined;
}

/** The literal name of the stage, as it stands in an execute-api ARN. */
const stageName = '$default';

const queryPaths = [
  '/v1/clusters',
  '/v1/events',
  '/v1/incidents',
  '/v1/incidents/{fingerprint+}',
  '/v1/stats',
] as const;

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html */
const accessLogFields = {
  requestId: '$context.requestId',
  time: '$context.requestTime',
  caller: '$context.identity.userArn',
  ip: '$context.identity.sourceIp',
  userAgent: '$context.identity.userAgent',
  route: '$context.routeKey',
  path: '$context.path',
  status: '$context.status',
  requestBytes: '$context.requestLength',
  responseBytes: '$context.responseLength',
  latencyMs: '$context.responseLatency',
  integrationError: '$context.integrationErrorMessage',
  error: '$context.error.message',
};

/** The HTTP API: every route takes AWS signatures, nothing is public, and each request leaves one access log line. */
export class ForwarderApi extends Construct {
  /** Base URL without a trailing slash. */
  readonly url: string;
  private readonly api: HttpApi;

  constructor(scope: Construct, id: string, props: ForwarderApiProps) {
    super(scope, id);
    this.api = new HttpApi(this, 'Api', {
      apiName: props.name,
      description: 'Kubernetes events in, history and incidents out.',
      createDefaultStage: false,
      defaultAuthorizer: new HttpIamAuthorizer(),
    });
    this.url = this.api.apiEndpoint;

    const ingest = new HttpLambdaIntegration('Ingest', props.ingest);
    this.api.addRoutes({ path: '/v1/clusters/{cluster}/events', methods: [HttpMethod.POST], integration: ingest });
    this.api.addRoutes({ path: '/v1/clusters/{cluster}/position', methods: [HttpMethod.GET], integration: ingest });
    const query = new HttpLambdaIntegration('Query', props.query);
    for (const path of queryPaths) {
      this.api.addRoutes({ path, methods: [HttpMethod.GET], integration: query });
    }

    const accessLogs = new LogGroup(this, 'AccessLogs', {
      retention: props.logRetention ?? RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
      ...(props.encryptionKey === undefined ? {} : { encryptionKey: props.encryptionKey }),
    });
    new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName,
      autoDeploy: true,
      throttle: props.throttle ?? { rateLimit: 1000, burstLimit: 2000 },
      accessLogSettings: {
        destination: new LogGroupLogDestination(accessLogs),
        format: AccessLogFormat.custom(JSON.stringify(accessLogFields)),
      },
    });
  }

  /**
   * ARNs of exactly what one cluster's relay calls. Written by hand because `HttpRoute.grantInvoke` replaces everything
   * after a path variable with `*`, and every relay could then write as every cluster.
   */
  relayArns(cluster: string): string[] {
    return [
      this.executeArn(`POST/v1/clusters/${cluster}/events`),
      this.executeArn(`GET/v1/clusters/${cluster}/position`),
    ];
  }

  /** ARNs of the read routes. The one wildcard stands for the fingerprint in the path. */
  readerArns(): string[] {
    return queryPaths.map((path) => this.executeArn(`GET${path.replace(/\{.*\}/, '*')}`));
  }

  /** A metric of API Gateway, such as `5xx`, `Count` or `Latency`. */
  metric(metricName: string, options?: MetricOptions): Metric {
    return this.api.metric(metricName, options);
  }

  private executeArn(methodAndPath: string): string {
    const components: ArnComponents = {
      service: 'execute-api',
      resource: this.api.apiId,
      resourceName: `${stageName}/${methodAndPath}`,
    };
    return Stack.of(this).formatArn(components);
  }
}
