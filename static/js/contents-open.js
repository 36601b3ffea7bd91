/**
 * Opens the contents in the bar of a section at the current entry, and closes them with Escape, a
 * tap beside them, or when the focus leaves them.
 *
 *   <details data-contents-open><summary>Contents</summary><nav>… aria-current="page"
 */
const contents = document.querySelector("[data-contents-open]");

function close() {
  contents.open = false;
}

function closeBeside({ target }) {
  if (contents.open && !contents.contains(target)) close();
}

if (contents) {
  contents.addEventListener("toggle", () => {
    const list = contents.querySelector("nav");
    const current = list.querySelector("[aria-current]");
    if (contents.open && current) {
      list.scrollTop = current.offsetTop - list.clientHeight / 2;
    }
  });
  document.addEventListener("click", closeBeside);
  document.addEventListener("focusin", closeBeside);
  contents.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !contents.open) return;
    close();
    contents.querySelector("summary").focus();
  });
}
