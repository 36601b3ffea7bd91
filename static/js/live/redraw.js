/** Draws a list again and leaves the keyboard where it is. */

/**
 * Replace the children of a list. The button that has the focus is found again by its row and its
 * place in it; without that, the next Enter would act on another button.
 *
 * @param {Element} list
 * @param {Element[]} children
 * @param {string} rows a selector of the rows, at any depth
 * @param {(row: Element) => string} nameOf what a row keeps from one drawing to the next
 */
export function redraw(list, children, rows, nameOf) {
  const button = document.activeElement;
  const row = list.contains(button) ? button.closest(rows) : null;
  const name = row && nameOf(row);
  const index = row ? [...row.querySelectorAll("button")].indexOf(button) : -1;
  list.replaceChildren(...children);
  if (index < 0) return;
  const again = [...list.querySelectorAll(rows)].find((one) => nameOf(one) === name);
  again?.querySelectorAll("button")[index]?.focus();
}
