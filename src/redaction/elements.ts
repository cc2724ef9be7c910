// Finds secrets whose name stands in a place of its own: XML elements, and `name` with `value` beside it.
import { redacted } from '../formats/redacted.ts';
import { isSecretName } from '../formats/secret-name.ts';

const element = /(<([A-Za-z][\w.:-]{0,127})(\s[^<>]{0,1000})?>)([^<>]+)(?=<\/)/g;

const attribute = /(<[A-Za-z][^<>]{0,1000}?\b(?:key|name|id)\s*=\s*["']([^"']{1,128})["'][^<>]{0,1000}?\bvalue\s*=\s*)("[^"]*"|'[^']*')/g;

// Kubernetes, CloudFormation, Docker: `- name: DB_PASSWORD` with `value: x` on the next line, the same in JSON.
const nameWithValue =
  /((?:\\{0,4}["'])?\b(?:name|key|Name|Key)(?:\\{0,4}["'])?\s*[:=]\s*(?:\\{0,4}["'])?([\w.-]{1,128})(?:\\{0,4}["'])?\s*,?\s*(?:\\{0,4}["'])?(?:value|Value|stringValue)(?:\\{0,4}["'])?\s*[:=][ \t]*)(\\{0,4}"(?:[^"\\]|\\[^"])*\\{0,4}"|'[^']*'|[^\s,}"']+)/g;

export function redactElements(text: string): string {
  return text
    .replace(element, (whole, open: string, name: string, attributes: string | undefined) => {
      const key = /\b(?:key|name|id)\s*=\s*["']([^"']+)["']/.exec(attributes ?? '')?.[1];
      return isSecretName(name) || (key !== undefined && isSecretName(key)) ? `${open}${redacted}` : whole;
    })
    .replace(attribute, withSecretOut)
    .replace(nameWithValue, withSecretOut);
}

function withSecretOut(whole: string, before: string, name: string, value: string): string {
  if (!isSecretName(name)) return whole;
  const quote = /^\\*["']/.exec(value)?.[0] ?? '';
  return `${before}${quote}${redacted}${quote}`;
}
