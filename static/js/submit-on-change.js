/**
 * Sends a form as soon as a box in it is checked or unchecked.
 *
 *   <input type="checkbox" data-submit-on-change>
 *
 * Listens on the document, so rows that htmx swaps in need no setup.
 */
document.addEventListener("change", (event) => {
  event.target.closest("[data-submit-on-change]")?.form.requestSubmit();
});
