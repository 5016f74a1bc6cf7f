import { stringify } from 'yaml';
import { shapeOf } from './parseValues.ts';
import { valuesSchema } from './values.ts';

const lineWidth = 110;

/** `values.yaml`: every value with its default and, from the schema, what it is for. */
export function valuesYaml(head: string): string {
  const lines = [...comment(head, ''), '', ...entriesOf(valuesSchema, valuesSchema.parse({}), '')];
  return `${lines.join('\n')}\n`;
}

function entriesOf(schema: unknown, values: object, indent: string): string[] {
  const shape = shapeOf(schema) ?? {};
  return Object.entries(values).flatMap(([key, value]: [string, unknown]) => {
    const field = shape[key];
    const lines = [...comment(descriptionOf(field), indent), ...entry(key, field, value, indent)];
    return indent === '' ? [...lines, ''] : lines;
  });
}

function entry(key: string, field: unknown, value: unknown, indent: string): string[] {
  const isGroup = typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0;
  if (isGroup && shapeOf(field) !== undefined) return [`${indent}${key}:`, ...entriesOf(field, value, `${indent}  `)];
  const text = stringify({ [key]: value }, { defaultStringType: 'PLAIN', lineWidth: 0 });
  return text
    .trimEnd()
    .split('\n')
    .map((line) => indent + line);
}

function descriptionOf(field: unknown): string {
  const isDescribed = typeof field === 'object' && field !== null && 'description' in field;
  return isDescribed && typeof field.description === 'string' ? field.description : '';
}

/** Words as comment lines that end before the margin. */
function comment(text: string, indent: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ').filter(Boolean)) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + word.length < lineWidth) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(`${indent}# ${word}`);
  }
  return lines;
}
