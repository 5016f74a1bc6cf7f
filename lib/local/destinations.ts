import { DeliveryError } from './deliveryError.ts';
import type { Messaging } from './messaging/Messaging.ts';

/** On whose behalf AWS itself delivers: checked against the function policies of the templates. */
export interface OnBehalf {
  readonly principal: string;
  readonly sourceArn: string;
}

/** What {@link Destinations} reaches. */
export interface DestinationsOptions {
  readonly messaging: Messaging;
  /** Names of the functions that exist. */
  readonly functionNames: ReadonlySet<string>;
  /** True when a function's policy lets this service invoke it. */
  mayInvoke(functionName: string, onBehalf: OnBehalf): boolean;
  enqueue(functionName: string, event: string): void;
}

/** Delivers text to whatever an ARN names: a function (asynchronously), a queue, a topic. */
export class Destinations {
  readonly #options: DestinationsOptions;

  constructor(options: DestinationsOptions) {
    this.#options = options;
  }

  /** Delivers, or throws a {@link DeliveryError}. */
  async deliver(
    arn: string,
    body: string,
    onBehalf?: OnBehalf,
    attributes: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    const [, , service = '', , , ...resource] = arn.split(':');
    const name = resource.join(':');
    switch (service) {
      case 'lambda':
        return this.#invoke(name.replace(/^function:/, ''), body, onBehalf);
      case 'sqs':
        return this.#options.messaging.send(name, body, attributes);
      case 'sns':
        return this.#options.messaging.publish(name, body, attributes);
      default:
        throw new DeliveryError('INVALID_PARAMETER', `the local cloud cannot deliver to ${arn}`, false);
    }
  }

  #invoke(functionName: string, body: string, onBehalf: OnBehalf | undefined): void {
    if (!this.#options.functionNames.has(functionName)) {
      throw new DeliveryError('RESOURCE_NOT_FOUND', `function ${functionName} does not exist`, false);
    }
    if (onBehalf !== undefined && !this.#options.mayInvoke(functionName, onBehalf)) {
      throw new DeliveryError(
        'NO_PERMISSIONS',
        `${functionName} does not let ${onBehalf.principal} invoke it for ${onBehalf.sourceArn}`,
        false,
      );
    }
    this.#options.enqueue(functionName, body);
  }
}
