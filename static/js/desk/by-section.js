/**
 * Offers the paragraphs of the section that is chosen, as soon as it's chosen.
 *
 *   <select id="id_section">…</select> <button name="do" value="section" data-by-section="id_place">
 *   <select id="id_place">…</select>
 *
 * The server makes the choices from the form, as the button does without a script.
 */
const PATIENCE = 20_000; // milliseconds to wait for a response
const button = document.querySelector("[data-by-section]");
const section = document.getElementById("id_section");
let asking = null;

async function offer() {
  asking?.abort();
  asking = new AbortController();
  const body = new FormData(button.form);
  body.append(button.name, button.value);
  const signal = AbortSignal.any([asking.signal, AbortSignal.timeout(PATIENCE)]);
  const response = await fetch(location.href, { method: "POST", body, signal });
  if (!response.ok || response.redirected) throw new Error(String(response.status));
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const choices = page.getElementById(button.dataset.bySection);
  document.getElementById(button.dataset.bySection).replaceChildren(...choices.children);
}

if (button && section) {
  button.hidden = true;
  section.addEventListener("change", () => {
    offer().catch((error) => {
      // The network or the session is gone. The button tries again, and shows why it can't.
      if (error.name !== "AbortError") button.hidden = false;
    });
  });
}
