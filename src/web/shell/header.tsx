// On every view: whose page this is, how it hears of changes, and what concerns the page as a whole.
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
  lost: { word: 'Not connected', means: 'Nothing is heard of the collector' },
} as const;

function ConnectionState() {
  const kind = moment.value !== null && connection.value.kind !== 'lost' ? 'paused' : connection.value.kind;
  const { word, means } = connectionWords[kind];
  return (
    <span class="header-connection" data-connection={kind} title={means}>
      <span class="header-connection-dot" aria-hidden="true" />
      {word}
    </span>
  );
}

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
