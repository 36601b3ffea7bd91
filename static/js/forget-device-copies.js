/**
 * On signing out, deletes what live pages cached on this device to open offline. What was
 * written and isn't sent yet stays; only the same person can send it.
 */
// Keys that begin with “evening” are from earlier versions of the scripts.
const isCopy = (key) => /^(?:live|evening):\d+:\d+:told$/.test(key);

document.addEventListener("submit", ({ target }) => {
  if (!target.matches("[data-signs-out]")) return;
  globalThis.caches?.keys().then((names) => {
    for (const name of names) if (/^(?:live|evening)-/.test(name)) caches.delete(name);
  });
  try {
    for (const key of Object.keys(localStorage)) if (isCopy(key)) localStorage.removeItem(key);
  } catch { /* Forbidden: then nothing was saved either. */ }
});
