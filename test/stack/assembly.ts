import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AppOptions, buildApp } from '../../lib/stack/index.ts';

/** A value in a template: text, or a CloudFormation function. */
export type Value = unknown;

export interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, Value>;
  readonly DeletionPolicy?: string;
  readonly DependsOn?: readonly string[];
}

export interface Template {
  readonly Resources: Record<string, Resource>;
  readonly Outputs: Record<string, { readonly Value: Value }>;
}

/** A synthesized app on disk. */
export interface Assembly {
  readonly directory: string;
  readonly backend: Template;
  /** Cluster stacks by stack name. */
  readonly clusters: ReadonlyMap<string, Template>;
  remove(): void;
}

/** Synthesizes into a directory of its own. */
export function synthesize(options: Omit<AppOptions, 'outdir'>): Assembly {
  const directory = mkdtempSync(join(tmpdir(), 'kef-stack-'));
  buildApp({ ...options, outdir: directory }).synth();
  const templates = new Map(
    readdirSync(directory)
      .filter((file) => file.endsWith('.template.json'))
      .map((file) => [file.replace('.template.json', ''), readTemplate(join(directory, file))]),
  );
  const name = options.config.name ?? 'kef';
  const backend = templates.get(name);
  if (backend === undefined) {
    throw new Error(`no template ${name} in ${directory}`);
  }
  templates.delete(name);
  return { directory, backend, clusters: templates, remove: () => rmSync(directory, { recursive: true }) };
}

function readTemplate(path: string): Template {
  return JSON.parse(readFileSync(path, 'utf8')) as Template;
}

/** All resources of one type, by logical id. */
export function resourcesOf(template: Template, type: string): [id: string, resource: Resource][] {
  return Object.entries(template.Resources).filter(([, resource]) => resource.Type === type);
}

/** The one resource of a type whose logical id contains `part`. */
export function resource(template: Template, type: string, part = ''): Resource {
  const found = resourcesOf(template, type).filter(([id]) => id.includes(part));
  const [first] = found;
  if (first === undefined || found.length > 1) {
    throw new Error(`expected one ${type} with "${part}" in its id, found ${found.length}`);
  }
  return first[1];
}
