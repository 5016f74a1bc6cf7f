import { createRequire } from 'node:module';
import type { ILayerVersion } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { KefError } from '../errors.ts';

/** Newest layer package there is; kubectl serves clusters one minor version up and down from its own. */
const layerPackage = '@aws-cdk/lambda-layer-kubectl-v36';

interface LayerPackage {
  readonly KubectlV36Layer: new (scope: Construct, id: string) => ILayerVersion;
}

/**
 * The layer with kubectl and helm. Its package is 37 MB, which only those should download who let CloudFormation install
 * the relay; hence loaded when asked for.
 *
 * @throws KefError ConfigInvalid when the package is not installed
 */
export function kubectlLayer(scope: Construct, id: string): ILayerVersion {
  const { KubectlV36Layer } = loadPackage();
  return new KubectlV36Layer(scope, id);
}

function loadPackage(): LayerPackage {
  try {
    return createRequire(import.meta.url)(layerPackage) as LayerPackage; // its one export
  } catch (error) {
    throw new KefError(
      'ConfigInvalid',
      `"install: true" needs kubectl, which comes in a package of its own: npm install ${layerPackage}. ` +
        'Or leave "install" out and install the chart with helm.',
      { cause: error },
    );
  }
}
