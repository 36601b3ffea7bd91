/**
 * Opens the contents in the bar of a section at the current entry, and closes them with Escape or a
 * tap beside them.
 *
 *   <details data-contents-open><summary>Contents</summary><nav>… aria-current="page"
 */
const contents = document.querySelector("[data-contents-open]");

function close() {
  contents.open = false;
}

if (contents) {
  contents.addEventListener("toggle", () => {
    const list = contents.querySelector("nav");
    const current = list.querySelector("[aria-current]");
    if (contents.open && current) {
      list.scrollTop = current.offsetTop - list.clientHeight / 2;
    }
  });
  document.addEventListener("click", (event) => {
    if (contents.open && !contents.contains(event.target)) close();
  });
  contents.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !contents.open) return;
    close();
    contents.querySelector("summary").focus();
  });
}
