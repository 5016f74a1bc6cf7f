import { writeFileSync } from 'node:fs';
import { catalogueFile, catalogueMarkdown } from './catalogueMarkdown.ts';

// node lib/events/catalogue/generateDocs.ts; a test fails when the page in the repository is older than its sources.
writeFileSync(catalogueFile, catalogueMarkdown());
