// What a page that watches asks first and then listens to: who it is taken for, and that something changed.
import { beatMs, CallerSchema, type CallerTold, type LiveEvent } from '../../contract/live.ts';
import { defineRoute, type Route } from '../../server/route.ts';
import type { Collector } from '../collector.ts';

export function liveRoutes(collector: Collector): readonly Route[] {
  const { clock, live, name: collectorName, version } = collector;
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/me',
      right: 'read',
      summary: 'Who is asking, and what they may do here',
      answers: { 200: { describes: 'The caller', schema: CallerSchema } },
      handle: ({ caller: { name, rights } }) => {
        const told: CallerTold = { at: clock.now(), name, rights: [...rights], collector: collectorName, version };
        return { status: 200, body: told };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/events',
      right: 'read',
      summary: 'Server-sent events: which groups look otherwise than before; a sign of life every 15 s',
      answers: {
        200: { describes: 'Events whose data is JSON, until either side ends it', type: eventStream },
        503: { describes: 'Too many streams are open' },
      },
      handle: () => ({
        status: 200,
        type: eventStream,
        // Without it nginx keeps events back until a buffer is full.
        headers: { 'x-accel-buffering': 'no' },
        stream: ({ send }) => {
          const tell = (event: LiveEvent): void => send(eventText(event));
          tell({ kind: 'hello', at: clock.now() });
          const unwatch = live.watch((groups) => tell({ kind: 'changed', at: clock.now(), groups: [...groups] }));
          const cancelBeats = beating(collector, () => tell({ kind: 'beat', at: clock.now() }));
          return () => {
            unwatch();
            cancelBeats();
          };
        },
      }),
    }),
  ];
}

const eventStream = 'text/event-stream';

const eventText = (event: LiveEvent): string => `event: ${event.kind}\ndata: ${JSON.stringify(event)}\n\n`;

function beating({ clock }: Pick<Collector, 'clock'>, beat: () => void): () => void {
  let cancel = (): void => {};
  const again = (): void => {
    cancel = clock.setTimer(beatMs, () => {
      again();
      beat();
    });
  };
  again();
  return () => cancel();
}
