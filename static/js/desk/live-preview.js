/**
 * Shows what is typed as readers will see it.
 *
 *   <form data-live-preview="/…/preview/">… <button data-show-preview>…</form>
 *   <p role="status" data-preview-waits data-words="…"></p>
 *   <iframe name="preview"></iframe>
 *
 * The server draws it. Only the inside of the frame's page is replaced, so it stays where it was
 * scrolled to. Without a script, the button shows it in the frame.
 */
const PAUSE = 400; // milliseconds without typing
const form = document.querySelector("form[data-live-preview]");
const frame = document.querySelector("iframe[name=preview]");
const line = document.querySelector("[data-preview-waits]");
let timer = null;
let asking = null;

function put(text) {
  const there = frame.contentDocument?.querySelector("main");
  const main = new DOMParser().parseFromString(text, "text/html").querySelector("main");
  if (there && main) there.replaceWith(frame.contentDocument.adoptNode(main));
  else frame.srcdoc = text;
}

async function show() {
  asking?.abort();
  asking = new AbortController();
  const options = { method: "POST", body: new FormData(form), signal: asking.signal };
  try {
    const response = await fetch(form.dataset.livePreview, options);
    if (!response.ok || response.redirected) throw new Error(String(response.status));
    put(await response.text());
    line.textContent = "";
  } catch (error) {
    if (error.name !== "AbortError") line.textContent = line.dataset.words;
  }
}

if (form && frame) {
  form.querySelector("[data-show-preview]").hidden = true;
  for (const event of ["input", "change"]) {
    form.addEventListener(event, () => {
      clearTimeout(timer);
      timer = setTimeout(show, PAUSE);
    });
  }
  // A new part, or what was typed before came back.
  if (!frame.hasAttribute("src") || form.querySelector(".message")) show();
}
