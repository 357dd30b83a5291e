/**
 * The only file that knows `@vscode/webview-ui-toolkit`.
 *
 * The toolkit is deprecated (its repository was archived in January 2025) and gets no fixes. To replace it, keep the exported creators
 * and their behaviour and change what they make: native `<button>`, `<select>`, `<input>`, `<a>` styled by `--vscode-*` variables,
 * or the community's `@vscode-elements/elements`. No other file names a toolkit tag except `styles/controls.css`.
 *
 * Under our Content-Security-Policy (no 'unsafe-inline' styles) the toolkit works because FAST uses adopted style sheets; the one
 * style element it does make is seen to by `toolkitNonce`.
 */
import './toolkitNonce';
import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeCheckbox,
  vsCodeDropdown,
  vsCodeOption,
  vsCodeProgressRing,
  vsCodeTextField,
  type Button,
  type Checkbox,
  type Dropdown,
  type TextField,
} from '@vscode/webview-ui-toolkit';
import { element, type Child } from '../dom/element';

/** Registers the elements in use; call once, before any creator. */
export function registerControls(): void {
  provideVSCodeDesignSystem().register(
    vsCodeButton(),
    vsCodeCheckbox(),
    vsCodeDropdown(),
    vsCodeOption(),
    vsCodeProgressRing(),
    vsCodeTextField(),
  );
}

/** A control and the one way to change what it shows. */
export interface Control<Shown> {
  readonly element: HTMLElement;
  show(shown: Shown): void;
}

export interface ButtonOptions {
  text: string;
  icon?: SVGElement;
  appearance?: 'primary' | 'secondary';
  onClick(): void;
}

export function button(options: ButtonOptions): Control<{ disabled: boolean }> {
  const made = toolkitElement<Button>('vscode-button');
  made.setAttribute('appearance', options.appearance ?? 'secondary');
  if (options.icon) {
    options.icon.setAttribute('slot', 'start');
    made.append(options.icon);
  }
  made.append(options.text);
  made.addEventListener('click', () => {
    if (!made.disabled) options.onClick();
  });
  return {
    element: made,
    show: ({ disabled }) => {
      if (made.disabled !== disabled) made.disabled = disabled;
    },
  };
}

export interface DropdownChoice {
  value: string;
  label: string;
  disabled?: boolean;
}

export interface DropdownShown {
  choices: readonly DropdownChoice[];
  value: string;
  disabled?: boolean;
}

/** A labelled dropdown. `show` rebuilds the options only when they changed. */
export function dropdown(options: { label: string; onChange(value: string): void }): Control<DropdownShown> {
  const made = toolkitElement<Dropdown>('vscode-dropdown');
  let shownChoices: readonly DropdownChoice[] = [];
  let wanted = '';
  // The list takes new options in a microtask, and selects the place that was selected before, whatever stands there now.
  const settle = () => {
    if (made.options.length > 0 && made.value !== wanted) made.value = wanted;
  };
  made.addEventListener('change', () => options.onChange(made.value));
  return {
    element: field(options.label, made),
    show: ({ choices, value, disabled = false }) => {
      wanted = value;
      if (sameChoices(shownChoices, choices)) settle();
      else {
        shownChoices = choices;
        made.replaceChildren(...choices.map((choice) => option(choice, value)));
        queueMicrotask(settle);
      }
      if (made.disabled !== disabled) made.disabled = disabled;
    },
  };
}

function option(choice: DropdownChoice, selected: string): HTMLElement {
  const made = document.createElement('vscode-option');
  made.setAttribute('value', choice.value);
  if (choice.value === selected) made.setAttribute('selected', '');
  if (choice.disabled) made.setAttribute('disabled', '');
  made.textContent = choice.label;
  return made;
}

function sameChoices(left: readonly DropdownChoice[], right: readonly DropdownChoice[]): boolean {
  return (
    left.length === right.length &&
    left.every((choice, index) => {
      const other = right[index];
      return (
        choice.value === other?.value && choice.label === other.label && choice.disabled === other.disabled
      );
    })
  );
}

export interface TextFieldShown {
  value: string;
  /** What is wrong with the value, or absent. */
  problem?: string | undefined;
}

/** A labelled field for a whole number; tells every edit, and leaves judging it to the caller. */
export function numberField(options: {
  label: string;
  onInput(text: string): void;
}): Control<TextFieldShown> {
  const made = toolkitElement<TextField>('vscode-text-field');
  made.setAttribute('size', '4');
  const problem = element('p', { class: 'field-problem', role: 'alert' });
  made.addEventListener('input', () => options.onInput(made.value));
  // The input sits in the shadow root, where an id outside cannot be referred to: the problem goes into its own label.
  const labelled = (text: string) => made.setAttribute('aria-label', text);
  return {
    element: field(options.label, made, problem),
    show: (shown) => {
      if (made.value !== shown.value) made.value = shown.value;
      const text = shown.problem ?? '';
      if (problem.textContent !== text) problem.textContent = text;
      made.classList.toggle('invalid', text !== '');
      labelled(text === '' ? options.label : `${options.label}. ${text}`);
    },
  };
}

export function checkbox(options: {
  label: string;
  onChange(checked: boolean): void;
}): Control<{ checked: boolean }> {
  const made = toolkitElement<Checkbox>('vscode-checkbox');
  made.textContent = options.label;
  made.addEventListener('change', () => options.onChange(made.checked));
  return {
    element: made,
    show: ({ checked }) => {
      if (made.checked !== checked) made.checked = checked;
    },
  };
}

/** A spinner for waits without a measure; purely visual, so say the wait in text beside it. */
export function progressRing(): HTMLElement {
  const made = document.createElement('vscode-progress-ring');
  made.setAttribute('aria-hidden', 'true');
  return made;
}

/** The label is drawn by us (the toolkit's dropdown has none) and given to the control as its accessible name. */
function field(label: string, control: HTMLElement, ...more: readonly Child[]): HTMLElement {
  control.setAttribute('aria-label', label);
  return element(
    'div',
    { class: 'field' },
    element('span', { class: 'field-label', 'aria-hidden': 'true' }, label),
    control,
    ...more,
  );
}

function toolkitElement<T extends HTMLElement>(tag: string): T {
  // Custom elements are not in the DOM lib's tag table; `registerControls` has defined the class by now.
  return document.createElement(tag) as T;
}
