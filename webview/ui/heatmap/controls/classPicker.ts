import { dropdown, type Control, type DropdownShown } from '../../controls/toolkit';
import { element, setHidden } from '../../dom/element';

/** The toolkit's list makes an element with a shadow tree for each choice: a thousand classes of ImageNet take the browser's own. */
const MOST_CHOICES = 60;

/** A labelled list of classes, however many there are. */
export function classPicker(options: {
  label: string;
  onChange(value: string): void;
}): Control<DropdownShown> {
  const few = dropdown(options);
  const select = element('select', { class: 'native-select', 'aria-label': options.label });
  select.addEventListener('change', () => options.onChange(select.value));
  const many = element(
    'div',
    { class: 'field' },
    element('span', { class: 'field-label', 'aria-hidden': 'true' }, options.label),
    select,
  );
  let drawn = '';
  return {
    element: element('div', { class: 'class-picker' }, few.element, many),
    show: (shown) => {
      const isLong = shown.choices.length > MOST_CHOICES;
      setHidden(few.element, isLong);
      setHidden(many, !isLong);
      if (!isLong) return few.show(shown);
      const looks = shown.choices.map(({ value, label }) => `${value} ${label}`).join('\n');
      if (looks !== drawn) {
        drawn = looks;
        select.replaceChildren(
          ...shown.choices.map(({ value, label }) => element('option', { value }, label)),
        );
      }
      select.value = shown.value;
    },
  };
}
