/**
 * Opens the browser's print dialog, and unfolds what belongs on paper.
 *
 *   <button type="button" class="js-only" data-print>Print</button>
 *   <details data-print-open>
 */
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) print();
});

addEventListener("beforeprint", () => {
  for (const fold of document.querySelectorAll("[data-print-open]")) fold.open = true;
});
