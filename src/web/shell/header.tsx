// On every view: whose page this is, how it hears of changes, and what concerns the page as a whole.
import { isBehind } from '../api/failing.ts';
import { connection } from '../api/live.ts';
import { caller, isSignInNeeded, keepToken, token } from '../api/session.ts';
import { Button } from '../parts/button.tsx';
import { moment } from './router.ts';
import { href } from './routes.ts';
import { ThemeSwitch } from './theme-switch.tsx';
import { TimeMachineToggle } from './time-machine-toggle.tsx';
import './header.css';

export function Header() {
  return (
    <header class="header no-print">
      <div class="header-inner">
        <a class="header-mark" href={href.fleet()}>
          Understudy
        </a>
        {caller.value !== null && (
          <span class="header-collector" title={`Understudy ${caller.value.version}`}>
            {caller.value.collector}
          </span>
        )}
        <ConnectionState />
        <div class="header-tools">
          <TimeMachineToggle />
          <ThemeSwitch />
          <Signed />
        </div>
      </div>
    </header>
  );
}

const connectionWords = {
  connecting: { word: 'Connecting', means: 'The first answer is on its way' },
  live: { word: 'Live', means: 'The collector says by itself what changes' },
  asking: { word: 'Every 15 s', means: 'The collector does not push changes at present, so that it is asked every 15 seconds' },
  // While the past is shown, nothing moves by itself.
  paused: { word: 'Paused', means: 'What is shown is of the past, and does not change' },
  behind: { word: 'Not up to date', means: 'Something that is shown could not be asked again: it may be otherwise by now' },
  lost: { word: 'Not connected', means: 'Nothing is heard of the collector' },
} as const;

function ConnectionState() {
  const kind = connectionShown();
  const { word, means } = connectionWords[kind];
  return (
    <span class="header-connection" data-connection={kind} title={means}>
      <svg class="header-connection-shape" viewBox="0 0 8 8" aria-hidden="true" focusable="false">
        <path d={connectionShapes[kind]} />
      </svg>
      {word}
    </span>
  );
}

function connectionShown(): keyof typeof connectionWords {
  const { kind } = connection.value;
  if (kind === 'lost') return 'lost';
  if (isBehind.value) return 'behind';
  return moment.value === null ? kind : 'paused';
}

/** On 8 × 8, filled: a disc, a ring, bars, a triangle, a cross. */
const connectionShapes = {
  connecting: 'M4 0a4 4 0 1 1 0 8a4 4 0 1 1 0-8ZM4 1.5a2.5 2.5 0 1 0 0 5a2.5 2.5 0 1 0 0-5Z',
  live: 'M4 0a4 4 0 1 1 0 8a4 4 0 1 1 0-8Z',
  asking: 'M4 0a4 4 0 1 1 0 8a4 4 0 1 1 0-8ZM4 1.5a2.5 2.5 0 1 0 0 5a2.5 2.5 0 1 0 0-5Z',
  paused: 'M1 0h2v8H1ZM5 0h2v8H5Z',
  behind: 'M4 0 8 8H0Z',
  lost: 'M1.2 0 4 2.8 6.8 0 8 1.2 5.2 4 8 6.8 6.8 8 4 5.2 1.2 8 0 6.8 2.8 4 0 1.2Z',
} as const satisfies Record<keyof typeof connectionWords, string>;

function Signed() {
  if (token.value === null || isSignInNeeded.value) return null;
  const signOut = (): void => {
    keepToken(null);
    // What was shown was for who had the token.
    location.reload();
  };
  return (
    <span class="header-signed">
      <span class="header-name">{caller.value?.name ?? 'Signed in'}</span>
      <Button kind="quiet" onClick={signOut}>
        Sign out
      </Button>
    </span>
  );
}
