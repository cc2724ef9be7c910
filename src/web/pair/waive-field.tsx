// One field of the waiver's form, with what is wrong with it said beneath and tied to it.
import type { ComponentChildren } from 'preact';

export interface WaiveFieldProps {
  readonly id: string;
  readonly name: string;
  readonly label: string;
  readonly value: string;
  readonly error: string | undefined;
  readonly onInput: (text: string) => void;
  readonly hint?: string;
  readonly isLong?: boolean;
  readonly type?: 'text' | 'date';
  readonly min?: string;
  readonly max?: string;
  readonly children?: ComponentChildren;
}

export function WaiveField({
  id,
  name,
  label,
  value,
  error,
  onInput,
  hint,
  isLong = false,
  type = 'text',
  min,
  max,
  children,
}: WaiveFieldProps) {
  const [errorId, hintId] = [`${id}-error`, `${id}-hint`];
  const described = [...(error === undefined ? [] : [errorId]), ...(hint === undefined ? [] : [hintId])].join(' ');
  const shared = {
    id,
    name,
    value,
    'aria-invalid': error !== undefined,
    ...(described === '' ? {} : { 'aria-describedby': described }),
    required: true,
    onInput: (event: { readonly currentTarget: { readonly value: string } }) =>
      // One line: it is shown in lines of a log and of a terminal.
      onInput(event.currentTarget.value.replace(/[\r\n]+/g, ' ')),
  };
  return (
    <div class="waive-field">
      <label for={id}>{label}</label>
      {children}
      {isLong && <textarea rows={2} {...shared} />}
      {!isLong && type === 'text' && <input type="text" {...shared} />}
      {type === 'date' && <input type="date" {...(min === undefined ? {} : { min })} {...(max === undefined ? {} : { max })} {...shared} />}
      {error !== undefined && (
        <p id={errorId} class="waive-error">
          {error}
        </p>
      )}
      {hint !== undefined && (
        <p id={hintId} class="quiet">
          {hint}
        </p>
      )}
    </div>
  );
}
