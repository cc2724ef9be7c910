// Finds secrets by what they look like, whatever stands around them.
import { redacted } from './marker.ts';

export function redactShapes(text: string): string {
  return shapes
    .reduce((kept, [shape, replacement]) => kept.replace(shape, replacement), withoutPrivateKeys(text))
    .replace(scheme, schemeValue);
}

/** Prefixes as their issuers document them; each begins what is a credential by itself. */
const shapes: readonly (readonly [RegExp, string])[] = [
  // User information of a URL. A colon with digits and a slash is a port and no password.
  [/([a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/?#"'<>]{1,1000}@/gi, `$1${redacted}@`],
  [/([a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/?#"'<>@:]{0,200}:(?!\d+(?:[/?#\s]|$))[^\s"'<>]{1,1000}@(?=[\w.[-])/gi, `$1${redacted}@`],
  // JSON Web Tokens and Encryption.
  [/\beyJ[\w-]{6,4096}\.[\w-]*(?:\.[\w-]*){0,3}/g, redacted],
  [/\b(?:AKIA|ASIA|AROA|AGPA|AIDA|ANPA|ANVA|AIPA|A3T[A-Z0-9])[A-Z0-9]{12,}\b/g, redacted],
  [/\bgh[pousr]_\w{16,}/g, redacted],
  [/\bgithub_pat_\w{16,}/g, redacted],
  [/\bgl(?:pat|dt|rt|ft|soat|cbt)-[\w-]{16,}/g, redacted],
  [/\bxox[a-z]-[\w-]{8,}/g, redacted],
  [/\bxapp-[\w-]{8,}/g, redacted],
  [/(hooks\.slack\.com\/(?:services|workflows|triggers)\/)[\w/-]+/g, `$1${redacted}`],
  [/(\bdiscord(?:app)?\.com\/api\/webhooks\/)[\w/-]+/g, `$1${redacted}`],
  [/(\bwebhook\.office\.com\/)[\w/@-]+/g, `$1${redacted}`],
  [/\bdd(?:api|app|pat|ssk)_\w{16,}/g, redacted],
  [/\bAIza[\w-]{20,}/g, redacted],
  [/\bya29\.[\w-]{10,}/g, redacted],
  [/\b[rs]k_(?:live|test)_\w{10,}/g, redacted],
  [/\bsk-[A-Za-z0-9_-]{20,}/g, redacted],
  [/\bnpm_[A-Za-z0-9]{20,}/g, redacted],
  [/\bhv[sbr]\.[\w-]{16,}/g, redacted],
  [/\bSG\.[\w-]{10,}\.[\w-]{10,}/g, redacted],
  [/\bdop_v1_[0-9a-f]{20,}/g, redacted],
  [/\bNRAK-[A-Z0-9]{20,}/g, redacted],
  [/\bglsa_\w{16,}/g, redacted],
  // Password hashes as crypt(5) writes them, and the encrypted values of Splunk's configuration.
  [/\$(?:1|2[abxy]?|5|6|7|y|gy|apr1|argon2[id]{1,2})\$[./A-Za-z0-9+=$,]{8,}/g, redacted],
  // OpenSSL's pass phrase sources.
  [/\bpass:[^\s"']+/g, `pass:${redacted}`],
];

const scheme = /\b(Bearer|Basic|Splunk|ApiKey|GenieKey|Negotiate|token)([ \t]+)([\w+/=.~-]{8,})/gi;

/** "Basic authentication" is English, "Basic dXNlcjpwYXNz" is not. */
function schemeValue(whole: string, name: string, space: string, value: string): string {
  const isWord = /^[A-Za-z]?[a-z.-]*$|^[A-Z]+$/.test(value);
  return isWord ? whole : `${name}${space}${redacted}`;
}

const keyBegins = /-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----/;

/** The marks stay, since that a key lies there is no secret. A block whose end was cut off goes to the end. */
function withoutPrivateKeys(text: string): string {
  const blocks = new RegExp(`(${keyBegins.source})(?:[\\s\\S]*?(-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----)|[\\s\\S]*$)`, 'g');
  const whole = text.replace(blocks, (_block, begin: string, end: string | undefined) => `${begin}${redacted}${end ?? ''}`);
  return withoutTornKey(whole).replace(/(^Private-(?:Lines|MAC): ).*(?:\r?\n[A-Za-z0-9+/=]{16,})*/gm, `$1${redacted}`);
}

/** A block whose beginning was cut off: the base64 lines before its end. */
const withoutTornKey = (text: string): string =>
  text.replace(
    /(^|[^A-Za-z0-9+/=\s\]])[A-Za-z0-9+/=\s]*(?<!\[redacted\])(-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----)/g,
    `$1${redacted}$2`,
  );
