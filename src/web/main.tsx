// The dashboard: puts the shell on the page.
import { render } from 'preact';

render(<p>Understudy</p>, document.getElementById('app')!);
