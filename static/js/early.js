/**
 * What must run before anything is drawn.
 *
 *   <html data-text-size="normal" data-spacing="normal" data-paper="device">
 *   <script src="early.js" data-has-exit></script>
 *
 * A classic script in <head>: a module would run after the page is drawn, and the text would
 * jump. The server knows the text size, text spacing, and page color of a person who is signed in.
 * Pages that are the same for everyone use what is saved on this device.
 *
 * A page with a quick exit (`data-has-exit`) isn't shown again once its reader left by it. If Back or
 * Forward leads here, the page stays blank and leaves at once, wherever it was kept. A page that
 * waits in the browser's memory is blank, too, so that it can't flash up. Someone who opens the page
 * again by a link or its address may read it.
 */
{
  const root = document.documentElement;
  for (const name of root.dataset.user ? [] : ["text-size", "spacing", "paper"]) {
    try {
      const chosen = localStorage.getItem(name);
      if (chosen) root.setAttribute(`data-${name}`, chosen);
    } catch { /* Forbidden. */ }
  }

  const LEFT = "quick-exit"; // in this tab, by quick-exit.js: the address it went to
  const left = () => { try { return sessionStorage.getItem(LEFT); } catch { return null; } };
  const setBlank = (yes) => { root.style.visibility = yes ? "hidden" : ""; };
  const leaveAgain = () => {
    setBlank(true);
    location.replace(left());
  };

  if ("hasExit" in document.currentScript.dataset) {
    const [{ type } = {}] = performance.getEntriesByType("navigation");
    const isShownAgain = type === "back_forward" || type === "reload";
    if (isShownAgain && left()) leaveAgain();
    else if (left()) sessionStorage.removeItem(LEFT);
    // So that quick-exit.js knows where the reading began.
    globalThis.navigation?.updateCurrentEntry({ state: { hasExit: true } });
    addEventListener("pagehide", () => setBlank(true));
    addEventListener("pageshow", ({ persisted }) => {
      if (persisted && left()) leaveAgain();
      else if (persisted) setBlank(false);
    });
  }
}
