import { settings } from '../helpers.ts';
import { places } from '../settings.ts';
import { object, type Template } from '../template/document.ts';
import { metadata } from './metadata.ts';

/** The relay's configuration file. */
export const configMap: Template = {
  file: 'configmap.yaml',
  documents: [
    object({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: metadata(),
      data: { [places.configFile]: settings },
    }),
  ],
};
