// Around a view: one that breaks while it is drawn says so, and leaves nothing behind that could be taken for an answer.
import { Component, type ComponentChildren } from 'preact';
import { Button } from '../parts/button.tsx';
import { Notice } from '../parts/notice.tsx';
import { Page } from '../parts/page.tsx';

interface ErrorBoundaryProps {
  /** The address of the view: to go elsewhere is to leave what broke. */
  readonly view: string;
  readonly children: ComponentChildren;
}

interface ErrorBoundaryState {
  readonly broken: { readonly view: string; readonly message: string } | null;
}

export class ErrorBoundary extends Component<ErrorBoundaryProps, ErrorBoundaryState> {
  override state: ErrorBoundaryState = { broken: null };

  override componentDidCatch(error: unknown): void {
    console.error(error);
    this.setState({ broken: { view: this.props.view, message: error instanceof Error ? error.message : String(error) } });
  }

  override render() {
    const { broken } = this.state;
    return broken?.view === this.props.view ? <Broken message={broken.message} /> : this.props.children;
  }
}

const Broken = ({ message }: { readonly message: string }) => (
  <Page title="This page broke">
    <Notice kind="bad" title="Nothing that was shown here is to be trusted" isUrgent>
      <p>
        The page could not draw what it was answered, so that it says nothing of how things stand. The collector itself may be well: ask it
        with <code>understudy fleet</code>.
      </p>
      <p class="quiet">{message}</p>
      <p>
        <Button onClick={() => location.reload()}>Load again</Button>
      </p>
    </Notice>
  </Page>
);
