// The dashboard: puts the shell on the page, and listens to the collector from then on.
import './styles/tokens.css';
import './styles/base.css';
import { render } from 'preact';
import type { CallerTold } from '../contract/live.ts';
import { AskFailed, ask } from './api/ask.ts';
import { stayConnected } from './api/live.ts';
import { caller } from './api/session.ts';
import { App } from './shell/app.tsx';
import { followNavigation } from './shell/focus.ts';

render(<App />, document.getElementById('app')!);
followNavigation();
void stayConnected();
void askWhoAsks();

/** Without an answer nothing is offered that needs a right; what is looked at fails by itself. */
async function askWhoAsks(): Promise<void> {
  try {
    caller.value = await ask<CallerTold>('v1/me');
  } catch (error) {
    if (!(error instanceof AskFailed)) throw error;
  }
}
