import { writeFileSync } from 'node:fs';
import { outcomesOf, sizes } from './outcomes.ts';
import { renderScale } from './render.ts';

// `npm run scale`; test/docs/scale.test.ts fails when the document is another one.
writeFileSync('docs/scale.md', renderScale(outcomesOf(1_000_000), sizes));
