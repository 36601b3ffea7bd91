/**
 * Enter sends the form of a text field. Shift+Enter starts a new line.
 *
 *   <textarea data-enter-submits></textarea>
 *   <p hidden data-enter-hint>Enter adds it …</p>
 *
 * Off on touch keyboards, which have no Shift+Enter. While a word is being composed (accents,
 * Chinese, Japanese), Enter only confirms the word.
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
