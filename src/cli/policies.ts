// Statements as policies take them: whom they are about, and how many of them one policy holds.
import { UsageError } from './command.ts';

/** https://docs.oracle.com/en-us/iaas/Content/General/service-limits/default.htm: statements in one policy, unless the limit was raised. */
export const statementsMax = 50;

/** In their order, no more than one policy takes in each. */
export const policiesOf = (statements: readonly string[]): string[][] =>
  Array.from({ length: Math.ceil(statements.length / statementsMax) }, (_, at) =>
    statements.slice(at * statementsMax, (at + 1) * statementsMax),
  );

/** What stands before one of several. */
export const policyHeading = (at: number, of: number): string =>
  `# policy ${at + 1} of ${of}: OCI takes at most ${statementsMax} statements in one, unless the limit was raised`;

/**
 * `NAME`, `DOMAIN/NAME` (with or without quotes) or an OCID, as a statement has it. Throws for anything else: it would end up in a policy.
 * https://docs.oracle.com/en-us/iaas/Content/Identity/policysyntax/subject.htm
 */
export function dynamicGroupInPolicy(given: string): string {
  if (/^ocid1\.dynamicgroup\.[a-z0-9.-]{1,200}$/.test(given)) return `id ${given}`;
  const [, domain, name] = /^(?:('[^'/]+'|[^'/]+)\/)?('[^'/]+'|[^'/]+)$/.exec(given) ?? [];
  const own = unquoted(name);
  const around = unquoted(domain);
  if (!/^[\w.-]{1,100}$/.test(own) || !/^(?:[\w.-](?:[\w .-]{0,98}[\w.-])?)?$/.test(around)) throw noName(given);
  return around === '' ? own : `'${around}'/'${own}'`;
}

const unquoted = (text = ''): string => text.replaceAll("'", '');

const noName = (given: string): UsageError =>
  new UsageError(
    `--dynamic-group: '${given}' is no name of a dynamic group: letters, digits, '.', '_' and '-', in a domain of its own as DOMAIN/NAME; or its OCID`,
  );
