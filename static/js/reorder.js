/**
 * Lets people drag the rows of a form into another order.
 *
 *   <form data-reorder><ol><li data-reorder-row>…</li></ol></form>
 *
 * The form sends its rows in their order on the page. Arrow buttons do the same without a
 * script, and for people who use the keyboard.
 */
for (const row of document.querySelectorAll("[data-reorder-row]")) row.draggable = true;

let dragged = null;

document.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.("[data-reorder-row]");
  if (dragged) event.dataTransfer.effectAllowed = "move";
});

document.addEventListener("dragover", (event) => {
  const over = event.target.closest?.("[data-reorder-row]");
  if (!dragged || !over || over === dragged || over.parentNode !== dragged.parentNode) return;
  event.preventDefault();
  const { top, height } = over.getBoundingClientRect();
  over.parentNode.insertBefore(dragged, event.clientY < top + height / 2 ? over : over.nextSibling);
});

document.addEventListener("drop", (event) => {
  if (dragged) event.preventDefault();
});

document.addEventListener("dragend", () => {
  dragged?.closest("form").requestSubmit();
  dragged = null;
});

// Dragging in a field selects its text, and doesn't move the row.
document.addEventListener("pointerdown", (event) => {
  const row = event.target.closest?.("[data-reorder-row]");
  if (row) row.draggable = !event.target.matches("input, select, button");
});
