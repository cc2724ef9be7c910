// The version, as the package says it; imported as JSON so that a bundle carries it along.
import manifest from '../../package.json' with { type: 'json' };

export const programVersion = (): string => manifest.version;
