import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { BlindSpotSchema } from '../contract/finding.ts';
import { unseenReasons } from '../contract/outcome.ts';
import { daemonExits } from '../daemon/exits.ts';

const root = new URL('../../', import.meta.url);
const page = readFileSync(new URL('docs/operations.md', root), 'utf8');
const blindKinds = (BlindSpotSchema.properties.kind as unknown as { readonly enum: readonly string[] }).enum;

describe('docs/operations.md', () => {
  it('says what to do about every reason, every blind spot and every exit code', () => {
    const rows = new Set([...page.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, name]) => name));
    expect([...unseenReasons, ...blindKinds].filter((name) => !rows.has(name))).toEqual([]);
    for (const code of [daemonExits.unavailable, daemonExits.crashed, daemonExits.wrongConfiguration])
      expect(page).toMatch(new RegExp(`\\b${code} `));
  });

  it('alerts on families that the agent has', () => {
    const routes = readdirSync(new URL('src/agent/routes/', root)).map((name) =>
      readFileSync(new URL(`src/agent/routes/${name}`, root), 'utf8'),
    );
    const [rules] = [...page.matchAll(/```yaml\n(groups:[\s\S]*?)```/g)].map(([, text]) => parse(text!));
    const exprs: readonly string[] = rules.groups[0].rules.map((rule: { readonly expr: string }) => rule.expr);
    const families = exprs.flatMap((expr) => expr.match(/understudy_[a-z_]+/g) ?? []);
    expect(families.length).toBeGreaterThan(4);
    expect(families.filter((family) => !routes.some((text) => text.includes(`'${family}'`)))).toEqual([]);
  });
});
