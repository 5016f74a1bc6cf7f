import { KefError } from '../../errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../pattern/json.ts';
import type { Assembly, StackTemplate } from './assembly.ts';
import { type Identity, identify, type Place } from './identity.ts';
import { resolveObject, resolveValue, type Scope } from './intrinsics.ts';

/** A resource of the synthesized stacks with every reference resolved. */
export interface Resource {
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  readonly ref: string;
  readonly attributes: Identity['attributes'];
  readonly properties: JsonObject;
  /** An attribute that is there for certain, as text. */
  attribute(name: string): string;
}

/** The stacks of an assembly as they would stand after `cdk deploy`. */
export interface Deployment {
  readonly place: Place;
  /** All resources of these types, in template order. */
  resources(...types: readonly string[]): Resource[];
}

/**
 * Resolves an assembly against a place. Only what is asked for is resolved, so resource types and intrinsic functions the
 * local cloud does not know cost nothing until something depends on them.
 *
 * @throws KefError `ConfigInvalid` naming stack, resource and rule, when something needed cannot be resolved
 */
export function resolveDeployment(assembly: Assembly, place: Place): Deployment {
  const scopes = new Map<string, StackScope>();
  const importValue = (name: string, fail: Scope['fail']): JsonValue => {
    for (const stack of assembly.stacks) {
      for (const { Value, Export } of Object.values(stack.outputs)) {
        const scope = scopes.get(stack.name);
        if (Export !== undefined && scope !== undefined && scope.resolve(Export.Name) === name)
          return scope.resolve(Value);
      }
    }
    throw fail(`no stack exports ${name}`);
  };
  for (const stack of assembly.stacks) scopes.set(stack.name, new StackScope(stack, place, importValue));
  return {
    place,
    resources: (...types) =>
      [...scopes.values()].flatMap((scope) => scope.logicalIdsOf(types).map((logicalId) => scope.resource(logicalId))),
  };
}

class StackScope {
  readonly #stack: StackTemplate;
  readonly #place: Place;
  readonly #importValue: (name: string, fail: Scope['fail']) => JsonValue;
  readonly #identities = new Map<string, Identity>();
  readonly #resolving = new Set<string>();

  constructor(stack: StackTemplate, place: Place, importValue: (name: string, fail: Scope['fail']) => JsonValue) {
    this.#stack = stack;
    this.#place = place;
    this.#importValue = importValue;
  }

  logicalIdsOf(types: readonly string[]): string[] {
    return Object.entries(this.#stack.resources)
      .filter(([id, { Type, Condition }]) => {
        return types.includes(Type) && (Condition === undefined || this.#scope(id).condition(Condition));
      })
      .map(([id]) => id);
  }

  resource(logicalId: string): Resource {
    const template = this.#stack.resources[logicalId];
    if (template === undefined) throw this.#scope(logicalId).fail('there is no such resource');
    const { ref, attributes } = this.#identity(logicalId);
    return {
      stack: this.#stack.name,
      logicalId,
      type: template.Type,
      ref,
      attributes,
      properties: resolveObject(template.Properties ?? {}, this.#scope(logicalId)),
      attribute: (name) => {
        const value = attributes[name];
        if (typeof value !== 'string') throw this.#scope(logicalId).fail(`has no attribute ${name}`);
        return value;
      },
    };
  }

  resolve(value: JsonValue): JsonValue {
    return resolveValue(value, this.#scope('Outputs')) ?? null;
  }

  #scope(at: string): Scope {
    const fail = (rule: string): KefError => new KefError('ConfigInvalid', `stack ${this.#stack.name}, ${at}: ${rule}`);
    return {
      fail,
      ref: (name) => this.#ref(name, fail),
      attribute: (logicalId, name) => {
        if (this.#stack.resources[logicalId] === undefined) throw fail(`refers to ${logicalId}, which does not exist`);
        const value = this.#identity(logicalId).attributes[name];
        if (value === undefined) {
          const type = this.#stack.resources[logicalId].Type;
          throw fail(`needs ${logicalId}.${name}, and the local cloud gives ${type} no such attribute`);
        }
        return value;
      },
      importValue: (name) => this.#importValue(name, fail),
      condition: (name) => {
        const condition = this.#stack.conditions[name];
        if (condition === undefined) throw fail(`uses condition ${name}, which does not exist`);
        return resolveValue(condition, this.#scope(name)) === true;
      },
      mapping: (map, first, second) => {
        const level = this.#stack.mappings[map];
        const row = isJsonObject(level) ? level[first] : undefined;
        const value = isJsonObject(row) ? row[second] : undefined;
        if (value === undefined) throw fail(`mapping ${map} has no ${first}.${second}`);
        return value;
      },
    };
  }

  #ref(name: string, fail: Scope['fail']): JsonValue | undefined {
    switch (name) {
      case 'AWS::NoValue':
        return undefined;
      case 'AWS::AccountId':
        return this.#place.account;
      case 'AWS::Region':
        return this.#place.region;
      case 'AWS::Partition':
        return 'aws';
      case 'AWS::URLSuffix':
        return 'amazonaws.com';
      case 'AWS::StackName':
        return this.#stack.name;
      case 'AWS::StackId':
        return `arn:aws:cloudformation:${this.#place.region}:${this.#place.account}:stack/${this.#stack.name}/local`;
      case 'AWS::NotificationARNs':
        return [];
      default:
        break;
    }
    const parameter = this.#stack.parameters[name];
    if (parameter !== undefined) {
      if (parameter.Default === undefined) throw fail(`parameter ${name} has no default`);
      return parameter.Default;
    }
    if (this.#stack.resources[name] === undefined) throw fail(`refers to ${name}, which does not exist`);
    return this.#identity(name).ref;
  }

  #identity(logicalId: string): Identity {
    const known = this.#identities.get(logicalId);
    if (known !== undefined) return known;
    const template = this.#stack.resources[logicalId];
    const scope = this.#scope(logicalId);
    if (template === undefined) throw scope.fail('there is no such resource');
    if (this.#resolving.has(logicalId)) throw scope.fail('its name depends on itself');
    this.#resolving.add(logicalId);
    try {
      // Only the properties a name can be made of: the rest may refer back to this resource.
      const naming = Object.fromEntries(
        Object.entries(template.Properties ?? {}).filter(([key]) => namingProperties.has(key)),
      );
      const identity = identify(template.Type, this.#stack.name, logicalId, resolveObject(naming, scope), this.#place);
      this.#identities.set(logicalId, identity);
      return identity;
    } finally {
      this.#resolving.delete(logicalId);
    }
  }
}

const namingProperties = new Set([
  'TableName',
  'FunctionName',
  'RoleName',
  'ManagedPolicyName',
  'Path',
  'TopicName',
  'QueueName',
  'BucketName',
  'Name',
  'EventBusName',
  'LogGroupName',
]);
