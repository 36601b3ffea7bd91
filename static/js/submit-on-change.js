/**
 * Sends a form as soon as a box in it is ticked.
 *
 *   <input type="checkbox" data-submit-on-change>
 *
 * Listens on the document, so rows that htmx swaps in need no set-up.
 */
document.addEventListener("change", (event) => {
  event.target.closest("[data-submit-on-change]")?.form.requestSubmit();
});
