/** dynalite 4 has no types of its own. */
declare module 'dynalite' {
  import type { Server } from 'node:http';

  interface DynaliteOptions {
    /** Directory of the LevelDB store. @default in memory */
    readonly path?: string;
    /** How long a new table stays CREATING. @default 500 */
    readonly createTableMs?: number;
  }
  const dynalite: (options?: DynaliteOptions) => Server;
  export = dynalite;
}
