// What the demonstration says when everything has been judged: where things are, and what to try.
import { join } from 'node:path';
import type { DemoMachine } from './machines.ts';

interface Running {
  readonly folder: string;
  readonly collector: string;
  readonly machines: readonly DemoMachine[];
}

export function told({ folder, collector, machines }: Running): string {
  const named = (name: string): DemoMachine => machines.find((machine) => machine.name === name)!;
  const certificate = (name: string) => join(named(name).folder, 'files/etc/pki/tls/certs/ords.crt');
  return [
    '',
    'Where it runs',
    `  ${collector}  the collector: open it in a browser`,
    ...machines.map(({ name, address }) => `  ${address}  the agent of ${name}`),
    `  ${join(folder, 'fleet.yaml')}  what the collector goes by`,
    `  ${join(folder, 'machines')}  what the agents look at instead of this machine`,
    '',
    'What to try, in another terminal and in this directory',
    '  # May the group fail over? The exit code says it to scripts, a signed receipt stays behind',
    `  npx understudy gate billing --collector ${collector}; echo $?`,
    '  # What stands in the way of one pair, with remedies',
    `  curl -s '${collector}/v1/findings?group=billing&pair=app1'`,
    '  # Every question and answer behind a finding',
    `  npx understudy explain egress --agent ${named('app1-zrh').address}`,
    '  # Two sides without a collector',
    `  npx understudy diff ${named('db1-fra').folder} ${named('db1-zrh').folder}`,
    '  # Mend something: the certificate of db1 is renewed on the standby too, and the finding goes',
    `  cp ${certificate('db1-fra')} ${certificate('db1-zrh')}`,
    `  npx understudy run certs --agent ${named('db1-zrh').address}`,
    '',
    'Ctrl-C ends all of it.',
  ].join('\n');
}
