import * as z from 'zod';
import { standardEventSchema } from './standardEvent.ts';

/** Where the generated schema lives in the repository. */
export const schemaFile = new URL('./standardEvent.schema.json', import.meta.url);

/**
 * JSON Schema (draft 2020-12) of the standard event, for consumers in other languages. Made from the `input` side, so
 * that it permits fields a later version may add.
 */
export function standardEventJsonSchema(): unknown {
  return z.toJSONSchema(standardEventSchema, { io: 'input' });
}
