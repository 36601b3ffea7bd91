/**
 * Copies a URL, and says so on the button.
 *
 *   <button type="button" data-copy-link="https://…" data-copied="Copied">Copy the link</button>
 */
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy-link]");
  if (!button) return;
  await navigator.clipboard.writeText(button.dataset.copyLink);
  button.textContent = button.dataset.copied;
});
