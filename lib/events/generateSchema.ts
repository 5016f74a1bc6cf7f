import { writeFileSync } from 'node:fs';
import { schemaFile, standardEventJsonSchema } from './standardEventJsonSchema.ts';

// Run by `npm run generate`; a test fails when the file in the repository is older than the zod source.
writeFileSync(schemaFile, `${JSON.stringify(standardEventJsonSchema(), null, 2)}\n`);
