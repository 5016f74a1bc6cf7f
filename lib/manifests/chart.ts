import { stringify } from 'yaml';
import * as z from 'zod';
import packageJson from '../../package.json' with { type: 'json' };
import { checksTemplate } from './checks.ts';
import { helpers } from './helpers.ts';
import { templates } from './manifests.ts';
import { notesTemplate } from './notes.ts';
import { chartName } from './plainYaml.ts';
import { toHelm } from './template/toHelm.ts';
import { valuesSchema } from './values.ts';
import { valuesYaml } from './valuesYaml.ts';

const about = 'Generated from lib/manifests by "npm run generate"; changes here are lost.';

/** The chart, as paths within its folder and their content. */
export function chartFiles(): ReadonlyMap<string, string> {
  return new Map([
    ['Chart.yaml', chartYaml()],
    ['values.yaml', valuesYaml(`Values of the chart ${chartName}. ${about}`)],
    ['values.schema.json', valuesSchemaJson()],
    ['.helmignore', '*.md\n'],
    ['templates/_helpers.tpl', `{{- /* ${about} */ -}}\n${helpers.map(({ definition }) => definition).join('\n')}`],
    ['templates/checks.yaml', `{{- /* ${about} */ -}}\n${checksTemplate()}`],
    ['templates/NOTES.txt', notesTemplate],
    ...templates.map((template): [string, string] => [`templates/${template.file}`, toHelm(template, about)]),
  ]);
}

function chartYaml(): string {
  const { version } = packageJson;
  return `# ${about}\n${stringify(
    {
      apiVersion: 'v2',
      name: chartName,
      description: 'The in-cluster relay: watches Kubernetes Events and posts them to the event API on AWS.',
      type: 'application',
      version,
      appVersion: version,
      // events.k8s.io/v1, and the versions that the project states to support.
      kubeVersion: '>=1.25.0-0',
      keywords: ['events', 'eks', 'aws', 'monitoring'],
    },
    { lineWidth: 0 },
  )}`;
}

/** Helm reads draft 7 in every version that reads schemas at all. */
function valuesSchemaJson(): string {
  const schema = z.toJSONSchema(valuesSchema, { io: 'input', target: 'draft-7' });
  return `${JSON.stringify(schema, null, 2)}\n`;
}
