/**
 * Moves the sections of a draft by dragging, or with Alt and an arrow key.
 *
 *   <ol data-desk-tree>
 *     <li data-desk-row="slug"><form action="…"><button name="do" value="up">…</form></li>
 *   </ol>
 *   <form data-desk-drop hidden><input name="where"><input name="to"></form>
 *
 * A row that is dropped on the upper part of another goes before it, on the lower part after it,
 * and on the middle inside it. Each row has arrow buttons that do the same without a script.
 */
const tree = document.querySelector("[data-desk-tree]");
const drop = document.querySelector("[data-desk-drop]");
const KEYS = { ArrowUp: "up", ArrowDown: "down", ArrowLeft: "out", ArrowRight: "in" };
const rowOf = (target) => target.closest?.("[data-desk-row]");
let dragged = null;

function whereOn(row, y) {
  const { top, height } = row.getBoundingClientRect();
  const part = (y - top) / height;
  if (part < 0.3) return "before";
  return part > 0.7 ? "after" : "inside";
}

function mark(row, where) {
  for (const other of tree.children) {
    for (const each of ["before", "after", "inside"]) {
      other.classList.toggle(`desk-tree__row--${each}`, other === row && each === where);
    }
  }
}

if (tree && drop) {
  for (const row of tree.children) row.draggable = true;

  tree.addEventListener("keydown", (event) => {
    if (!event.altKey || !(event.key in KEYS)) return;
    const button = rowOf(event.target)?.querySelector(`button[value="${KEYS[event.key]}"]`);
    if (!button) return;
    event.preventDefault();
    if (!button.disabled) button.click();
  });

  tree.addEventListener("dragstart", (event) => {
    dragged = rowOf(event.target);
    if (dragged) event.dataTransfer.effectAllowed = "move";
  });

  tree.addEventListener("dragover", (event) => {
    const over = rowOf(event.target);
    if (!dragged || !over || over === dragged) return mark(null, "");
    event.preventDefault();
    mark(over, whereOn(over, event.clientY));
  });

  tree.addEventListener("drop", (event) => {
    const over = rowOf(event.target);
    if (!dragged || !over || over === dragged) return;
    event.preventDefault();
    drop.elements.where.value = whereOn(over, event.clientY);
    drop.elements.to.value = over.dataset.deskRow;
    drop.action = dragged.querySelector("form").action;
    drop.requestSubmit();
  });

  tree.addEventListener("dragend", () => {
    mark(null, "");
    dragged = null;
  });
}
