// The licences of everything inside a package, as one text to read.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Component } from './components.ts';
import { root } from './release.ts';

/** For Debian, where the Apache licence stands on every system. */
export function debianCopyright(components: readonly Component[]): string {
  const own = `Understudy
Copyright (C) 2026 the authors of Understudy

Licensed under the Apache License, Version 2.0. On Debian systems its text is in /usr/share/common-licenses/Apache-2.0.
`;
  return `${own}\n${othersLicences(components)}`;
}

export const ownLicence = (): string => readFileSync(join(root, 'LICENSE'), 'utf8');

/** Texts that several share stand once. */
export function othersLicences(components: readonly Component[]): string {
  if (components.length === 0) return 'This package carries nothing that others wrote.\n';
  const byText = Map.groupBy(components, ({ licenceText }) => licenceText);
  const parts = [...byText].map(([text, sharers]) => `${sharers.map(heading).join('\n')}\n\n${text}\n`);
  const rule = `\n${'-'.repeat(78)}\n\n`;
  return `This package carries what others wrote, each under its own licence:${rule}${parts.join(rule)}`;
}

const heading = ({ name, version, licence }: Component): string => `${name} ${version} (${licence})`;

/** Those of Understudy and of all that it carries, as one SPDX expression. */
export function licenceExpression(components: readonly Component[]): string {
  const others = [...new Set(components.map(({ licence }) => chosen(licence)))].filter((one) => one !== 'Apache-2.0');
  return ['Apache-2.0', ...others.sort()].join(' AND ');
}

/** Where there is a choice, the first one offered is taken. */
const chosen = (licence: string): string => licence.replace(/^\(|\)$/g, '').split(' OR ')[0]!;
