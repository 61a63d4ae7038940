/** The version of this service, as package.json states it. */
import manifest from '../package.json' with { type: 'json' };

/** Recorded with each release, and part of every entity tag. */
export const VERSION: string = manifest.version;
