/**
 * At signing out, takes from this device what the page of an evening kept to open without a
 * network. What was written and not yet sent stays, for the same person alone.
 */
const isTold = (key) => /^(?:live|evening):\d+:\d+:told$/.test(key);

document.addEventListener("submit", ({ target }) => {
  if (!target.matches("[data-signs-out]")) return;
  globalThis.caches?.keys().then((names) => {
    for (const name of names) if (/^(?:live|evening)-/.test(name)) caches.delete(name);
  });
  try {
    for (const key of Object.keys(localStorage)) if (isTold(key)) localStorage.removeItem(key);
  } catch { /* Forbidden: then nothing was kept either. */ }
});
