/**
 * Sets a visitor's text size, text spacing, and page color before anything is drawn.
 *
 *   <html data-text-size="normal" data-spacing="normal" data-paper="device">
 *
 * A classic script in <head>: a module would run after the page is drawn, and the text would
 * jump. The server knows what a person who is signed in chose, so their pages do without. Pages
 * that are the same for everyone use what is saved on this device.
 */
for (const name of ["text-size", "spacing", "paper"]) {
  try {
    const chosen = localStorage.getItem(name);
    if (chosen) document.documentElement.setAttribute(`data-${name}`, chosen);
  } catch { /* Forbidden. */ }
}
