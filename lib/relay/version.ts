import packageJson from '../../package.json' with { type: 'json' };

/** Version of this relay, as it tells the backend. */
export const relayVersion: string = packageJson.version;
