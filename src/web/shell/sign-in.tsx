// Asked for a token where the collector wants one.
import { useSignal } from '@preact/signals';
import type { CallerTold } from '../../contract/live.ts';
import { AskFailed, ask } from '../api/ask.ts';
import { caller, isSignInNeeded, keepToken, token } from '../api/session.ts';
import { Button } from '../parts/button.tsx';
import { Page } from '../parts/page.tsx';
import './sign-in.css';

export function SignIn() {
  const typed = useSignal('');
  const problem = useSignal(token.peek() === null ? '' : 'The token that was used before is not accepted any more.');
  const isAsking = useSignal(false);
  const signIn = async (event: Event): Promise<void> => {
    event.preventDefault();
    isAsking.value = true;
    problem.value = await refusalOf(typed.value.trim());
    isAsking.value = false;
  };
  return (
    <Page title="Sign in">
      <form class="sign-in" onSubmit={signIn}>
        <p>
          This collector answers who has a token of its <code>api.tokens</code>. It is kept in this tab only, until the tab is closed or you
          sign out.
        </p>
        <label for="token">Token</label>
        <input
          id="token"
          type="password"
          autocomplete="current-password"
          required
          aria-describedby="token-problem"
          aria-invalid={problem.value !== ''}
          value={typed.value}
          onInput={(event) => {
            typed.value = event.currentTarget.value;
          }}
        />
        <p id="token-problem" class="sign-in-problem" role="alert">
          {problem}
        </p>
        <Button type="submit" kind="accent" disabled={isAsking.value}>
          Sign in
        </Button>
      </form>
    </Page>
  );
}

/** Empty when the token was taken. */
async function refusalOf(typed: string): Promise<string> {
  keepToken(typed);
  try {
    caller.value = await ask<CallerTold>('v1/me');
    isSignInNeeded.value = false;
    return '';
  } catch (error) {
    if (!(error instanceof AskFailed)) throw error;
    if (error.status === 401) return 'The collector does not know this token.';
    return error.detail === '' ? error.title : `${error.title}: ${error.detail}`;
  }
}
