import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** TypeScript in a clone, JavaScript in the installed package. */
const extension = extname(import.meta.url) === '.ts' ? '.cts' : '.cjs';
const http = fileURLToPath(new URL(`http${extension}`, import.meta.url));

/** esbuild's `alias` for everything we bundle: what stands in for modules of Node. */
export const builtinAlias: Readonly<Record<string, string>> = { http, 'node:http': http };
