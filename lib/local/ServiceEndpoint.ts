import { once } from 'node:events';
import {
  Agent,
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import * as z from 'zod';
import { claimedAccessKey } from './api/signature.ts';
import type { EventBus } from './bus/EventBus.ts';
import type { WireResponse } from './dynamodb/Database.ts';
import { type DatabaseFault, faultAnswer, splitBatch } from './dynamodb/faults.ts';
import type { StreamTap } from './dynamodb/StreamTap.ts';
import type { Authorizer } from './iam/Authorizer.ts';
import { snsRefusal } from './messaging/snsLimits.ts';
import { reply, replyDenied, replySnsError } from './serviceReplies.ts';

const batchSchema = z.looseObject({ RequestItems: z.record(z.string(), z.array(z.unknown())) });

/** What the endpoint is wired to once the templates are resolved. */
export interface ServiceEndpointWiring {
  readonly tap: StreamTap;
  /** Fails a request for a test. */
  readonly databaseFault?: (operation: string, input: unknown) => DatabaseFault | undefined;
  readonly bus: EventBus;
  /** Port of the SQS, SNS and S3 server. */
  readonly messagingPort: number;
  readonly authorizer: Authorizer;
}

/**
 * The AWS endpoint of the functions: every SDK client in them sends its requests here. The caller's role must allow the
 * call, as after a deployment; then it goes to the local service its signature names. A service that is not emulated is
 * refused, so that nothing ever leaves this machine by accident.
 */
export class ServiceEndpoint {
  readonly #server: Server;
  readonly #agent = new Agent({ keepAlive: true });
  #wiring: ServiceEndpointWiring | undefined;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async listen(): Promise<ServiceEndpoint> {
    // Longer than any client keeps an idle connection, so that none is closed under a request.
    const server = createServer({ keepAliveTimeout: 75_000 });
    const endpoint = new ServiceEndpoint(server);
    server.on('request', (request, response) => {
      endpoint.#serve(request, response).catch((error: unknown) => {
        // The SDK sees a server error and retries, as it would on AWS.
        reply(response, 500, { __type: 'InternalFailure', message: String(error) });
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return endpoint;
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo; // listens on TCP, see listen
    return `http://127.0.0.1:${port}`;
  }

  wire(wiring: ServiceEndpointWiring): void {
    this.#wiring = wiring;
  }

  async close(): Promise<void> {
    this.#agent.destroy();
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const wiring = this.#wiring;
    const caller = claimedAccessKey(request.headers.authorization);
    if (wiring === undefined || caller === undefined) {
      return reply(response, 403, {
        __type: 'MissingAuthenticationTokenException',
        message: 'Request is missing Authentication Token',
      });
    }
    const input = ['dynamodb', 'events', 'sqs'].includes(caller.service) ? parseJson(body) : undefined;
    const denial = wiring.authorizer.denial(caller, request, body, input);
    if (denial !== undefined) return replyDenied(response, caller.service, denial);
    const operation =
      String(request.headers['x-amz-target'] ?? '')
        .split('.')
        .at(-1) ?? '';
    switch (caller.service) {
      case 'dynamodb': {
        const answer = await this.#database(wiring, operation, body, input);
        response.writeHead(answer.status, answer.headers).end(answer.body);
        return;
      }
      case 'events':
        return this.#putEvents(wiring, operation, input, response);
      case 'sns': {
        const refusal = snsRefusal(new URLSearchParams(body.toString()));
        if (refusal !== undefined) return replySnsError(response, 400, 'InvalidParameter', refusal);
        return this.#forward(wiring.messagingPort, request, body, response);
      }
      case 'sqs':
      case 's3':
        return this.#forward(wiring.messagingPort, request, body, response);
      default:
        return reply(response, 400, {
          __type: 'UnknownServiceException',
          message: `${caller.service} is not part of the local cloud`,
        });
    }
  }

  async #database(
    wiring: ServiceEndpointWiring,
    operation: string,
    body: Buffer,
    input: unknown,
  ): Promise<WireResponse> {
    const fault = wiring.databaseFault?.(operation, input);
    if (fault?.kind !== 'unprocessed' || operation !== 'BatchWriteItem') {
      return faultAnswer(fault) ?? wiring.tap.handle(operation, body, input);
    }
    const request = batchSchema.parse(input);
    const { now, later } = splitBatch(request.RequestItems, fault.count);
    const answered = { status: 200, headers: { 'content-type': 'application/x-amz-json-1.0' } };
    if (Object.keys(now).length > 0) {
      const reduced = { ...request, RequestItems: now };
      const answer = await wiring.tap.handle(operation, Buffer.from(JSON.stringify(reduced)), reduced);
      if (answer.status !== 200) return answer;
    }
    return { ...answered, body: Buffer.from(JSON.stringify({ UnprocessedItems: later })) };
  }

  #putEvents(wiring: ServiceEndpointWiring, operation: string, input: unknown, response: ServerResponse): void {
    if (operation !== 'PutEvents') {
      const message = `events:${operation} is not part of the local cloud`;
      reply(response, 400, { __type: 'UnknownOperationException', message });
      return;
    }
    const answer = wiring.bus.putEvents(input);
    if ('type' in answer) reply(response, 400, { __type: answer.type, message: answer.message });
    else reply(response, 200, answer);
  }

  #forward(port: number, request: IncomingMessage, body: Buffer, response: ServerResponse): void {
    const { method = 'GET', url = '/', headers } = request;
    const outgoing = httpRequest(
      { host: '127.0.0.1', port, method, path: url, headers, agent: this.#agent },
      (incoming) => {
        response.writeHead(incoming.statusCode ?? 502, incoming.headers);
        incoming.pipe(response);
      },
    );
    outgoing.on('error', (error) => reply(response, 500, { __type: 'InternalFailure', message: error.message }));
    outgoing.end(body);
  }
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    // The service itself answers that this is no JSON.
    return undefined;
  }
}
