import { writeFileSync } from 'node:fs';
import { readDeployed } from './deployed.ts';
import { measureEvents } from './measure.ts';
import { renderCost } from './render.ts';

// `npm run cost`; a test fails when the document is far from what this would write.
writeFileSync('docs/cost.md', renderCost({ measured: measureEvents(), deployed: readDeployed() }));
