/**
 * Lets a reader choose the text size.
 *
 *   <html data-text-size="large" data-user="7">   the size a signed-in person chose
 *   <details data-text-size-control="/url/"><button type="button" value="large">…
 *
 * It's saved on this device, where text-size.js finds it, and for a person who is signed in on the
 * server too.
 */
const root = document.documentElement;
const save = (size) => { try { localStorage.setItem("text-size", size); } catch { /* forbidden */ } };

function showChoice() {
  for (const button of document.querySelectorAll("[data-text-size-control] button")) {
    button.setAttribute("aria-pressed", String(button.value === root.dataset.textSize));
  }
}

if (root.dataset.user) save(root.dataset.textSize);
showChoice();

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
