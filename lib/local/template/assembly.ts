import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { KefError } from '../../errors.ts';
import type { JsonObject, JsonValue } from '../pattern/json.ts';

/** One synthesized stack: its CloudFormation template as cdk wrote it. */
export interface StackTemplate {
  readonly name: string;
  readonly parameters: Readonly<Record<string, { readonly Default?: JsonValue | undefined }>>;
  readonly mappings: JsonObject;
  readonly conditions: JsonObject;
  readonly resources: Readonly<Record<string, TemplateResource>>;
  readonly outputs: Readonly<
    Record<string, { readonly Value: JsonValue; readonly Export?: { readonly Name: JsonValue } | undefined }>
  >;
}

/** One resource of a template, intrinsics unresolved. */
export interface TemplateResource {
  readonly Type: string;
  readonly Condition?: string | undefined;
  readonly Properties?: JsonObject | undefined;
}

/** What `cdk synth` left in a directory. */
export interface Assembly {
  readonly stacks: readonly StackTemplate[];
  /** Directory of an asset by the object key a template names, such as `abc….zip`. */
  readonly assets: ReadonlyMap<string, string>;
}

const manifestSchema = z.object({
  artifacts: z.record(
    z.string(),
    z.object({ type: z.string(), properties: z.record(z.string(), z.unknown()).optional() }),
  ),
});
const stackPropertiesSchema = z.object({ templateFile: z.string(), stackName: z.string().optional() });
const assetManifestPropertiesSchema = z.object({ file: z.string() });
const assetManifestSchema = z.object({
  files: z.record(
    z.string(),
    z.object({
      source: z.object({ path: z.string().optional(), packaging: z.string().optional() }),
      destinations: z.record(z.string(), z.object({ objectKey: z.string() })),
    }),
  ),
});
const json: z.ZodType<JsonValue> = z.json();
const jsonObject = z.record(z.string(), json);
const templateSchema = z.object({
  Parameters: z.record(z.string(), z.object({ Default: json.optional() })).default({}),
  Mappings: jsonObject.default({}),
  Conditions: jsonObject.default({}),
  Resources: z.record(
    z.string(),
    z.object({ Type: z.string(), Condition: z.string().optional(), Properties: jsonObject.optional() }),
  ),
  Outputs: z.record(z.string(), z.object({ Value: json, Export: z.object({ Name: json }).optional() })).default({}),
});

/** Reads a cloud assembly. Throws `ConfigInvalid` when the directory is not one. */
export function readAssembly(directory: string): Assembly {
  const manifest = read(directory, 'manifest.json', manifestSchema);
  const stacks: StackTemplate[] = [];
  const assets = new Map<string, string>();
  for (const [id, { type, properties }] of Object.entries(manifest.artifacts)) {
    if (type === 'aws:cloudformation:stack') {
      const { templateFile, stackName } = stackPropertiesSchema.parse(properties);
      const template = read(directory, templateFile, templateSchema);
      stacks.push({
        name: stackName ?? id,
        parameters: template.Parameters,
        mappings: template.Mappings,
        conditions: template.Conditions,
        resources: template.Resources,
        outputs: template.Outputs,
      });
    } else if (type === 'cdk:asset-manifest') {
      const { files } = read(directory, assetManifestPropertiesSchema.parse(properties).file, assetManifestSchema);
      for (const { source, destinations } of Object.values(files)) {
        if (source.path === undefined || source.packaging !== 'zip') continue;
        for (const { objectKey } of Object.values(destinations)) assets.set(objectKey, join(directory, source.path));
      }
    }
  }
  return { stacks, assets };
}

function read<Schema extends z.ZodType>(directory: string, file: string, schema: Schema): z.infer<Schema> {
  const path = join(directory, file);
  try {
    return schema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    throw new KefError('ConfigInvalid', `${path} is not what cdk synth writes; synthesize again`, { cause: error });
  }
}
