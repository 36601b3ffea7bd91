/**
 * The reader's text size, before the first line is drawn.
 *
 *   <html data-text-size="large" data-user="7">   the size a signed-in person chose
 *   <details data-text-size-control="/url/"><button type="button" value="large">…
 *
 * A classic script in <head>, not a module: a module would run after the page was shown
 * and the text would jump. Pages that are the same for everyone name no person; there the
 * size kept on this device is used.
 */
(() => {
  const root = document.documentElement;
  const read = () => { try { return localStorage.getItem("text-size"); } catch { return null; } };
  const keep = (size) => { try { localStorage.setItem("text-size", size); } catch { /* forbidden */ } };

  if (root.dataset.user) {
    keep(root.dataset.textSize);
  } else {
    root.dataset.textSize = read() || root.dataset.textSize || "normal";
  }

  const mark = () => {
    for (const button of document.querySelectorAll("[data-text-size-control] button")) {
      button.setAttribute("aria-pressed", String(button.value === root.dataset.textSize));
    }
  };
  document.addEventListener("DOMContentLoaded", mark);
  document.addEventListener("keydown", (event) => {
    const control = document.querySelector("[data-text-size-control][open]");
    if (event.key === "Escape" && control) {
      control.open = false;
      control.querySelector("summary").focus();
    }
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-text-size-control] button");
    if (!button) return;
    root.dataset.textSize = button.value;
    keep(button.value);
    mark();
    const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
    const { textSizeControl } = button.closest("[data-text-size-control]").dataset;
    if (token && document.querySelector("#account-nav [href$='/profile/']")) {
      const body = new URLSearchParams({ text_size: button.value });
      fetch(textSizeControl, { method: "POST", headers: { "X-CSRFToken": token }, body });
    }
  });
})();
