/**
 * Opens the browser's print dialog.
 *
 *   <button type="button" class="js-only" data-print>Print</button>
 */
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) print();
});
