// Tells from the name of a value whether the value is a secret.

// A word added here belongs into the gate of machine/redact.ts as well, where a test holds them together.

/** Anywhere in the name, once case and separators are gone. */
const tellingWords =
  /password|passwd|passphrase|passcode|secret|apikey|appkey|applicationkey|accesskey|accountkey|privatekey|authkey|authtoken|sharedkey|masterkey|encryptionkey|decryptionkey|signingkey|licensekey|storagekey|servicekey|symmkey|credential|sessionid|sessid|authorization|csrf|xsrf/;

/** A part of the name by itself (`DB_PASS`, `accessToken`, `user.pwd`). */
const tellingParts = /^(?:pass|pwd|psk|token|tokens|cookie|cookies|jwt|bearer|otp|totp)$/;

const tellingEnds = /(?:token|pwd|[a-z]{2,}pass)$/;

/** Names that end so tell something about a secret (where it lies, how long it lasts), not the secret. */
const aboutSecrets =
  /(?:^|_)(?:file|files|filename|path|dir|directory|folder|url|uri|type|kind|count|expires|expiry|expiration|ttl|timeout|enabled|disabled|required|status|algorithm|policy|age|length|lifetime|store|provider|name|exporter|exists|valid|invalid|limit|size|max|min|authentication)$/;

const harmlessNames = new Set(['bypass', 'compass', 'encompass', 'surpass', 'trespass', 'underpass', 'overpass']);

/** In the query of a URL these are secrets; elsewhere they are ordinary words. */
const tellingInQuery = /^(?:key|sig|signature|code|auth|sid|hmac|x_amz_signature|x_goog_signature|access)$/;

export function isSecretName(name: string, where: 'query' | 'anywhere' = 'anywhere'): boolean {
  const snake = snakeCase(name);
  if (harmlessNames.has(snake) || aboutSecrets.test(snake) || /^(?:max|min|num|total)_/.test(snake)) return false;
  const compact = snake.replaceAll('_', '');
  if (tellingWords.test(compact) || tellingEnds.test(compact)) return true;
  if (snake.split('_').some((part) => tellingParts.test(part))) return true;
  return snake === '_auth' || (where === 'query' && tellingInQuery.test(snake));
}

/** Header values that run to the end of their line, with spaces and semicolons in them. */
export const isHeaderName = (name: string): boolean => /^(?:proxy-)?authorization$|^(?:set-)?cookie2?$/i.test(name);

const snakeCase = (name: string): string =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .toLowerCase();
