// Light, dark, or as the system is: three small buttons of which one is pressed.
import { keepTheme, type Theme, theme, themes } from './theme.ts';
import './theme-switch.css';

const words = { system: 'As the system', light: 'Light', dark: 'Dark' } as const satisfies Record<Theme, string>;

/** Drawn on 16 × 16. */
const drawings = {
  system: 'M2 3h12v8H2zM6 14h4',
  light: 'M8 5a3 3 0 1 1 0 6 3 3 0 0 1 0-6M8 1v1.500M8 13.500V15M1 8h1.500M13.5 8H15M3 3l1 1M12 12l1 1M13 3l-1 1M4 12l-1 1',
  dark: 'M13.5 10A6 6 0 0 1 6 2.5 6 6 0 1 0 13.5 10Z',
} as const satisfies Record<Theme, string>;

export const ThemeSwitch = () => (
  <fieldset class="theme-switch">
    <legend class="visually-hidden">Colours</legend>
    {themes.map((one) => (
      <button
        key={one}
        type="button"
        class="theme-switch-one"
        aria-pressed={theme.value === one}
        aria-label={words[one]}
        title={words[one]}
        onClick={() => keepTheme(one)}
      >
        <svg viewBox="0 0 16 16" aria-hidden="true" focusable="false">
          <path d={drawings[one]} />
        </svg>
      </button>
    ))}
  </fieldset>
);
