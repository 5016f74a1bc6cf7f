import { stringify } from 'yaml';
import type { Document, Template } from './document.ts';
import { isList } from './evaluate.ts';
import { Expression, Joined, loopItem, type Root, shieldBraces } from './expression.ts';
import { Each, type Item, isBlock, type Mapping, Merge, type Node, Spread, When } from './node.ts';
import { pathOf } from './scope.ts';

/** Prints a file of the chart's `templates/`. */
export function toHelm({ documents }: Template, about: string): string {
  const text = documents.map((document) => printDocument(document, documents.length > 1)).join('\n');
  return `{{- /* ${about} */ -}}\n${text}\n`;
}

function printDocument({ when, each, bodies }: Document, needsSeparators: boolean): string {
  const root: Root = each === undefined ? '' : '$';
  const lines = bodies(loopItem(each?.variable ?? '')).flatMap((body) => [
    ...(needsSeparators ? ['---'] : []),
    ...printMapping(body, 0, root),
  ]);
  const looped = each === undefined ? lines : enclose(`range $${each.variable} := ${pathOf(each.select)}`, lines, '');
  return (when === undefined ? looped : enclose(`if ${when.pipeline('')}`, looped, '')).join('\n');
}

/** Lines within a block of Helm's; `{{-` eats the line break before it, so that the block's own lines leave no trace. */
function enclose(head: string, lines: readonly string[], indent: string, otherwise: readonly string[] = []): string[] {
  const middle = otherwise.length === 0 ? [] : [`${indent}{{- else }}`, ...otherwise];
  return [`${indent}{{- ${head} }}`, ...lines, ...middle, `${indent}{{- end }}`];
}

/** Lines of a mapping whose keys stand `depth` columns in. */
export function printMapping(mapping: Mapping, depth: number, root: Root): string[] {
  return Object.entries(mapping).flatMap(([key, node]) => printEntry(key, node, depth, root));
}

function printEntry(key: string, node: Node, depth: number, root: Root): string[] {
  const indent = ' '.repeat(depth);
  if (node instanceof When) {
    const { condition, entry, otherwise } = node;
    const rest = otherwise === undefined ? [] : printEntry(key, otherwise, depth, root);
    return enclose(`if ${condition.pipeline(root)}`, printEntry(key, entry, depth, root), indent, rest);
  }
  const label = `${indent}${scalar(key)}:`;
  if (isBlock(node)) return [node.form === 'literal' ? `${label} |` : label, printBlock(node, depth + 2, root)];
  if (isList(node)) return [label, ...node.flatMap((item) => printItem(item, depth + 2, root))];
  if (isNested(node)) return [label, ...printNested(node, depth + 2, root)];
  return [`${label} ${printScalar(node, root)}`];
}

function printItem(item: Item, depth: number, root: Root): string[] {
  const indent = ' '.repeat(depth);
  if (item instanceof When) {
    const { condition, entry, otherwise } = item;
    const rest = otherwise === undefined ? [] : printItem(otherwise, depth, root);
    return enclose(`if ${condition.pipeline(root)}`, printItem(entry, depth, root), indent, rest);
  }
  if (item instanceof Spread) {
    const path = `${root}${pathOf(item.select)}`;
    return enclose(`with ${path}`, [`${indent}{{- toYaml . | nindent ${depth} }}`], indent);
  }
  if (item instanceof Each) {
    const body = printNested(item.body(loopItem(item.variable)), depth + 2, '$');
    return enclose(`range $${item.variable} := ${root}${pathOf(item.select)}`, asItem(body, indent), indent);
  }
  if (isNested(item)) return asItem(printNested(item, depth + 2, root), indent);
  if (isList(item) || isBlock(item)) throw new TypeError('lists of lists do not occur in manifests');
  return [`${indent}- ${printScalar(item, root)}`];
}

/** The dash takes the place of the first line's indentation, so that line must be an entry. */
function asItem([first = '', ...rest]: readonly string[], indent: string): string[] {
  if (first.trimStart().startsWith('{{-'))
    throw new TypeError('an item cannot begin with an entry that may be left out');
  return [`${indent}- ${first.slice(indent.length + 2)}`, ...rest];
}

function isNested(node: Item): node is Mapping | Merge {
  if (node instanceof Merge) return true;
  return (
    typeof node === 'object' &&
    !(
      node instanceof Expression ||
      node instanceof Joined ||
      node instanceof When ||
      node instanceof Spread ||
      node instanceof Each
    ) &&
    !isList(node)
  );
}

function printNested(node: Mapping | Merge, depth: number, root: Root): string[] {
  if (!(node instanceof Merge)) return printMapping(node, depth, root);
  return node.parts.flatMap((part) => {
    if (!(part instanceof When)) return printGroup(part, depth, root);
    const indent = ' '.repeat(depth);
    const { condition, entry, otherwise } = part;
    const rest = otherwise === undefined ? [] : printGroup(otherwise, depth, root);
    return enclose(`if ${condition.pipeline(root)}`, printGroup(entry, depth, root), indent, rest);
  });
}

/** Entries that are merged into the mapping around them. */
function printGroup(node: Node, depth: number, root: Root): string[] {
  if (isBlock(node)) return [printBlock(node, depth, root)];
  if (isNested(node)) return printNested(node, depth, root);
  throw new TypeError('only mappings can be merged');
}

function printBlock(node: Expression, depth: number, root: Root): string {
  const pipeline = node.form === 'block' ? `toYaml ${node.pipeline(root)}` : node.pipeline(root);
  return `${' '.repeat(depth)}{{- ${pipeline} | nindent ${depth} }}`;
}

function printScalar(node: Node, root: Root): string {
  if (node instanceof Expression) {
    return `{{ ${node.pipeline(root)}${node.form === 'quoted' ? ' | quote' : ''} }}`;
  }
  if (node instanceof Joined) return printJoined(node, root);
  if (typeof node === 'object') throw new TypeError('not a scalar');
  return scalar(node);
}

function printJoined(node: Joined, root: Root): string {
  const template = node.template(root);
  const isBare =
    node.expressions.every(({ form }) => form === 'bare') &&
    node.literals.every((literal) => /^[\w./-]*$/.test(literal));
  if (isBare) return template;
  return `'${template.replaceAll("'", "''")}'`;
}

/** A constant as YAML writes it. */
function scalar(value: string | number | boolean): string {
  return shieldBraces(stringify(value, { version: '1.1', lineWidth: 0 }).trimEnd());
}
