// The precheck step as Full Stack DR has it run: by a user who may do nothing, on a machine whose network is gone.
import { execFileSync } from 'node:child_process';
import { createPublicKey } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Receipt } from '../../src/contract/receipt.ts';
import { verifyReceiptText } from '../../src/formats/receipt.ts';
import { temporaryFolder } from '../support/agent.ts';
import { needsPackages } from '../support/packages.ts';

const project = resolve(import.meta.dirname, '../..');

const agentConfig = `node: {name: app1-zrh, role: standby, group: billing, twin: app1}
listen: {socket: /run/understudy/agent.sock}
store: {file: /run/state/agent.db}
discover: false
checks: {kernel: {required: false}}
`;

/** What is done in a mount and a network namespace of its own: `/etc` is a copy, `/run` is empty, and there is no link but loopback. */
const story = (folder: string, asked: string): string => `
set -eu
mount --make-rprivate /
mkdir ${folder}/etc
cp -a /etc/. ${folder}/etc
mount --bind ${folder}/etc /etc
mount -t tmpfs understudy-test /run
mkdir -m 0755 /run/understudy
rm -rf /etc/understudy
mkdir -m 0750 /etc/understudy
cp ${folder}/agent.yaml /etc/understudy
chmod 0640 /etc/understudy/agent.yaml
ip link set lo up
${project}/bin/understudy agent > ${folder}/agent.log 2>&1 &
agent=$!
trap 'kill $agent; wait $agent || :' EXIT
for turn in $(seq 1 300); do [ -S /run/understudy/agent.sock ] && break; sleep 0.1; done
${asked}
`;

/** As user and group 65534 without any other group, with nothing in the environment. */
const step = (words: string): string =>
  `env -i UNDERSTUDY_PROGRAM=${project}/bin/understudy setpriv --reuid 65534 --regid 65534 --clear-groups ${project}/packaging/fsdr/understudy-precheck ${words} 2>&1 && code=0 || code=$?\necho "exit $code"`;

function played(asked: string): { readonly output: string; readonly folder: string } {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'agent.yaml'), agentConfig);
  writeFileSync(join(folder, 'story.sh'), story(folder, asked));
  const output = execFileSync('unshare', ['--mount', '--net', 'sh', join(folder, 'story.sh')], { timeout: 120_000 }).toString();
  return { output, folder };
}

/** The gate's own last line, and the exit code after it. */
const endOf = (output: string): readonly string[] => output.trimEnd().split('\n').slice(-2);

beforeAll(() => needsPackages('iproute2', 'util-linux'));

describe('a user who may read neither configuration nor socket', () => {
  it('gets the verdict over loopback, and leaves a receipt that the agent’s key vouches for', () => {
    const { output, folder } = played(`
      mkdir /run/gate
      chown 65534 /run/gate
      ${step('switchover --receipts /run/gate')}
      cp /run/gate/*.json "$(dirname "$0")/left.json"
      cp /run/state/agent-receipts.key "$(dirname "$0")/key"`);
    expect(endOf(output)).toEqual([expect.stringMatching(/^understudy: GATE CLOSED - UNKNOWN - billing: .*no-primary/), 'exit 1']);
    const bytes = readFileSync(join(folder, 'left.json'));
    const receipt = JSON.parse(bytes.toString()) as Receipt;
    expect([receipt.asked.by, receipt.asked.failOn, receipt.isPassed]).toEqual(['loopback', 'unknown', false]);
    expect(verifyReceiptText(bytes, [createPublicKey(readFileSync(join(folder, 'key')))]).kind).toBe('valid');
  });

  it('is told that an override lies where it may not be read, and the gate stays closed', () => {
    const { output } = played(`
      printf 'reason: fire\\nby: anna\\nuntil: 2999-01-01\\n' > /etc/understudy/gate-override.yaml
      chmod 0640 /etc/understudy/gate-override.yaml
      ${step('switchover')}`);
    expect(output).toContain('note: /etc/understudy/gate-override.yaml may not be read by this user: nothing is overridden');
    expect(endOf(output)[1]).toBe('exit 1');
  });

  it('passes by an override that it may read', () => {
    const { output } = played(`
      printf 'reason: fire\\nby: anna\\nuntil: 2999-01-01\\n' > /etc/understudy/gate-override.yaml
      chgrp 65534 /etc/understudy /etc/understudy/gate-override.yaml
      chmod 0640 /etc/understudy/gate-override.yaml
      ${step('switchover')}`);
    expect(endOf(output)).toEqual([expect.stringMatching(/^understudy: GATE OVERRIDDEN by anna: fire - UNKNOWN - billing/), 'exit 0']);
  });
});
