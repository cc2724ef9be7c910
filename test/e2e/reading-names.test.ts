// What readings are called travels once, and is there after it did not travel.
import { expect, test } from 'vitest';
import { observed } from '../../src/contract/outcome.ts';
import { polling, targetOf } from '../support/polling.ts';
import { scriptedAgent } from '../support/scripted-agent.ts';

test('names of readings are asked for when they are others, over restarts of the collector too', async () => {
  const agent = await scriptedAgent();
  const told: boolean[] = [];
  agent.edit = (page) => {
    told.push(page.named.checks !== null);
    return page;
  };
  const look = (subject: string, value: number): unknown =>
    agent.look('a', observed({ up: true }), { readings: [{ name: 'lagMs', subject, value }] });
  const target = targetOf(agent.url);
  const first = polling({ targets: [target] });
  const readings = (one: typeof first): unknown => one.nodes.snapshot(one.sight(target))?.checks[0]?.current?.readings;
  look('db1', 1);
  await first.poller.pollNow();
  look('db1', 2);
  await first.poller.pollNow();
  expect(readings(first)).toEqual([{ name: 'lagMs', subject: 'db1', value: 2 }]);
  look('db2', 3);
  await first.poller.pollNow();
  expect(readings(first)).toEqual([{ name: 'lagMs', subject: 'db2', value: 3 }]);
  await first.stop();
  const second = polling({ targets: [target], folder: first.folder });
  expect(readings(second)).toEqual([{ name: 'lagMs', subject: 'db2', value: 3 }]);
  await second.poller.pollNow();
  expect(readings(second)).toEqual([{ name: 'lagMs', subject: 'db2', value: 3 }]);
  expect(told).toEqual([true, false, true, false]);
});
