/**
 * Tells screen readers what the page before did: they hear a live region only when its text
 * changes.
 *
 *   <p id="said" role="status"></p> … <span data-say>✓ Read: History</span>
 */
const READY_AFTER = 800; // milliseconds, in which the title of the page is begun
const told = document.querySelector("[data-say]");

if (told) {
  setTimeout(() => {
    document.getElementById("said").textContent = told.textContent.replace(/\s+/g, " ").trim();
  }, READY_AFTER);
}
