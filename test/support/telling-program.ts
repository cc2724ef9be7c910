// Opens and resolves findings and tells of them, as fast as it can, until it is killed; with `drain` it only tells what still waits.
// Usage: telling-program.ts HISTORY WEBHOOK ALERTMANAGER SECRET-FILE CLOCK-FROM CLOCK-TIMES [drain]
import { writeSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { createHttpClient } from '../../src/collector/http/client.ts';
import { createTell, type News } from '../../src/collector/tell/tell.ts';
import { verdicts } from '../../src/contract/finding.ts';
import { openFleetStore } from '../../src/store/fleet/open.ts';
import { fastClock } from './fast-clock.ts';
import { alertmanagerChannel, became, resolvedAt, standing, verdictBecame, webhookChannel, write } from './fleet-news.ts';

const [file = '', url = '', alertmanager = '', secretFile = '', from = '', times = '', mode = 'play'] = process.argv.slice(2);
const clock = fastClock(Number(from), Number(times));
const opened = openFleetStore({ file, now: clock.now() });
if (opened.kind !== 'opened') throw new Error(JSON.stringify(opened));
const { store } = opened;
const http = createHttpClient();
const channels = [webhookChannel(url, { secretFile, perMinuteMax: 6_000 }), alertmanagerChannel([alertmanager], { perMinuteMax: 6_000 })];
const places = ['billing', 'payroll'].flatMap((group) => ['app1', 'app2'].map((pair) => ({ group, pair })));
const silent = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: (fields: object, message: string) => console.log(message, fields),
};
const tell = createTell({
  config: () => ({ tell: channels }),
  ...{ store, http, clock, log: silent, collector: 'collector-fra' },
  groups: () => ['billing', 'payroll'].map((group) => ({ group, pairs: places.filter((place) => place.group === group) })),
});
const waitingCount = (): number => store.deliveries.counts().reduce((sum, { waiting }) => sum + waiting, 0);
const oneOf = <T>(list: readonly T[]): T => list[Math.floor(Math.random() * list.length)]!;

tell.start();
writeSync(1, `waiting ${waitingCount()}\n`);
if (mode === 'play') {
  for (;;) {
    happens();
    // Said at once, whatever comes next.
    writeSync(1, '.');
    await delay(Math.random() * 6);
  }
}
while (waitingCount() > 0) await delay(10);
// What fires is sent once more after the last end.
await delay(100);
await tell.stop();
store.close();
http.close();

/** A finding opens, is resolved or comes back, or a verdict turns: written and told in one transaction. */
function happens(): void {
  const news = Math.random() < 0.1 ? verdictNews() : findingNews();
  store.together(() => {
    write(store, news);
    tell.news([news]);
  });
}

function findingNews(): News {
  const place = oneOf(places);
  const id = oneOf(['a', 'b', 'c']);
  const at = clock.now();
  const last = store.findings.ofPair(place.group, place.pair, 0).find((finding) => finding.id === id);
  if (last?.state === 'open') return became('resolved', at, resolvedAt(at, last), place);
  const reopenedCount = last === undefined ? 0 : last.reopenedCount + 1;
  return became(last === undefined ? 'opened' : 'reopened', at, standing(at, { id, subject: id, reopenedCount }), place);
}

function verdictNews(): News {
  const { group } = oneOf(places);
  const from = store.verdicts.latest({ group, pair: null })?.verdict ?? null;
  return verdictBecame(from, oneOf(verdicts.filter((verdict) => verdict !== from)), clock.now(), group);
}
