// Everything on the page: who stands where is said once, here.
import { isSignInNeeded } from '../api/session.ts';
import { ConnectionBanner } from './connection-banner.tsx';
import { Header } from './header.tsx';
import { PresentNotice } from './present-notice.tsx';
import { route } from './router.ts';
import { SignIn } from './sign-in.tsx';
import { TimeMachine } from './time-machine.tsx';
import { View } from './view.tsx';
import './app.css';

export function App() {
  return (
    <>
      <button type="button" class="skip no-print" onClick={skipToMain}>
        Skip to the content
      </button>
      <Header />
      <ConnectionBanner />
      {!isSignInNeeded.value && <TimeMachine />}
      <main id="main" class="main">
        {isSignInNeeded.value ? (
          <SignIn />
        ) : (
          <>
            <PresentNotice route={route.value} />
            <View route={route.value} />
          </>
        )}
      </main>
    </>
  );
}

/** No link: what stands behind the # says which view is shown. */
function skipToMain(): void {
  const heading = document.querySelector<HTMLElement>('main h1');
  heading?.focus();
  heading?.scrollIntoView();
}
