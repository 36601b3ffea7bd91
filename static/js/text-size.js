/**
 * Sets the reader's text size before anything is drawn.
 *
 *   <html data-text-size="large" data-user="7">   the size a signed-in person chose
 *   <details data-text-size-control="/url/"><button type="button" value="large">…
 *
 * A classic script in <head>: a module would run after the page is drawn, and the text would
 * jump. Pages that are the same for everyone have no `data-user`; they use the size that is
 * saved on this device.
 */
(() => {
  const root = document.documentElement;
  const read = () => { try { return localStorage.getItem("text-size"); } catch { return null; } };
  const save = (size) => { try { localStorage.setItem("text-size", size); } catch { /* forbidden */ } };

  if (root.dataset.user) {
    save(root.dataset.textSize);
  } else {
    root.dataset.textSize = read() || root.dataset.textSize || "normal";
  }

  const showChoice = () => {
    for (const button of document.querySelectorAll("[data-text-size-control] button")) {
      button.setAttribute("aria-pressed", String(button.value === root.dataset.textSize));
    }
  };
  document.addEventListener("DOMContentLoaded", showChoice);
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
    save(button.value);
    showChoice();
    const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
    const { textSizeControl } = button.closest("[data-text-size-control]").dataset;
    if (token && document.querySelector("#account-nav [href$='/profile/']")) {
      const body = new URLSearchParams({ text_size: button.value });
      fetch(textSizeControl, { method: "POST", headers: { "X-CSRFToken": token }, body });
    }
  });
})();
