// Something to do on this page; where something leads elsewhere, it is a link.
import type { ComponentChildren, JSX } from 'preact';
import './button.css';

type ButtonProps = Omit<JSX.IntrinsicElements['button'], 'type'> & {
  /** `accent`: what the view is there for. `plain`: what can be done too. `quiet`: what is seldom done. */
  readonly kind?: 'accent' | 'plain' | 'quiet';
  readonly type?: 'button' | 'submit';
  readonly children?: ComponentChildren;
};

export function Button({ kind = 'plain', type = 'button', class: more = '', ...rest }: ButtonProps) {
  return <button {...rest} type={type} data-kind={kind} class={`button ${more}`.trim()} />;
}
