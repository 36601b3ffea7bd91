/**
 * Sets a visitor's text size before anything is drawn.
 *
 *   <html data-text-size="normal">
 *
 * A classic script in <head>: a module would run after the page is drawn, and the text would
 * jump. The server knows the size of a person who is signed in, so their pages do without. Pages
 * that are the same for everyone use the size that is saved on this device.
 */
{
  const root = document.documentElement;
  try { root.dataset.textSize = localStorage.getItem("text-size") || root.dataset.textSize; }
  catch { /* Forbidden. */ }
}
