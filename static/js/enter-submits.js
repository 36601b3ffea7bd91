/**
 * Enter sends the form of a text field; Shift and Enter starts a new line.
 *
 *   <textarea data-enter-submits></textarea>
 *   <p hidden data-enter-hint>Enter adds it …</p>
 *
 * Not on a touch keyboard, which has no Shift and Enter, and not while a word is being
 * composed (accents, Chinese, Japanese), where Enter only chooses it.
 */
const hasKeyboard = matchMedia("(hover: hover) and (pointer: fine)").matches;

if (hasKeyboard) {
  for (const hint of document.querySelectorAll("[data-enter-hint]")) {
    hint.hidden = false;
  }
  document.addEventListener("keydown", (event) => {
    const field = event.target.closest("[data-enter-submits]");
    const isPlainEnter = event.key === "Enter" && !event.shiftKey && !event.isComposing;
    if (field && isPlainEnter && field.value.trim()) {
      event.preventDefault();
      field.form.requestSubmit();
    }
  });
}
