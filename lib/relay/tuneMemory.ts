import { setFlagsFromString } from 'node:v8';

/**
 * Keeps the young generation of the heap at its initial 2 MiB instead of letting it grow to 64 MiB. An event's garbage is dead
 * within microseconds, so a larger nursery only holds more of it, together with the 64 KiB network buffers it refers to:
 * measured in a burst of 200,000 events, peak memory falls from 217 MB to under 130 MB and the relay gets faster (better
 * use of the processor's caches). Must be imported before anything else.
 */
setFlagsFromString('--semi-space-growth-factor=1');
