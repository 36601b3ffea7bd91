/**
 * Saves what is being typed on this device until the server has it.
 *
 *   <html data-user="7">
 *   <form data-keep-draft="note-12">…<textarea name="text"></textarea></form>
 *   <p data-draft-taken="note-12">…</p>
 *   <template id="draft-restored"><p>…<button type="button" data-discard-draft>…</template>
 *
 * A draft belongs to one person and one form. Opening the form again restores it, with a line
 * that says so. The draft is deleted once its form was sent and its words appear on the page
 * outside of any field, or when the server answered it by leading to another page without an error.
 * A page that doesn't show the words says with `data-draft-taken` that the server has them. On a
 * page that is the same for everyone, the part that htmx loads says whose it is:
 * `<div data-user="7">`. A draft that isn't touched for four weeks is deleted. Signing out deletes
 * a person's drafts too, or asks (sign-out.js).
 */
const LASTS = 28 * 24 * 3600 * 1000; // milliseconds
const SENT = "draft-sent"; // in this tab: the form that was just sent

const personAt = (element) => element.closest("[data-user]")?.dataset.user ?? "visitor";
const keyOf = (form) => `draft:${personAt(form)}:${form.dataset.keepDraft}`;
const fieldsOf = (form) => [...form.querySelectorAll("textarea[name], input[type=text][name]")];
const plain = (text) => text.replace(/\s+/g, " ").trim();

/** Earlier names of fields, for drafts saved by earlier versions. */
const OLD_NAMES = {
  privacy: "confidentiality", action_limits: "promise_notice", comment: "word", message: "word",
};
const textOf = ({ texts }, name) => texts[name] ?? texts[OLD_NAMES[name]];

function store(key, draft) {
  try {
    if (draft) localStorage.setItem(key, JSON.stringify(draft));
    else localStorage.removeItem(key);
  } catch { /* Storage is full or forbidden: the form still works, without a draft. */ }
}

function stored(key) {
  try { return JSON.parse(localStorage.getItem(key)); } catch { return null; }
}

function save(form, sent = false) {
  const texts = Object.fromEntries(fieldsOf(form).map((field) => [field.name, field.value]));
  store(keyOf(form), Object.values(texts).some(plain) ? { texts, sent, at: Date.now() } : null);
}

/** Delete drafts of anyone that are too old. Earlier versions saved no time: it starts now. */
function expire() {
  let keys = [];
  try {
    keys = Object.keys(localStorage).filter((key) => key.startsWith("draft:"));
  } catch { /* Forbidden. */ }
  for (const key of keys) {
    const draft = stored(key);
    if (!draft?.at) store(key, draft && { ...draft, at: Date.now() });
    else if (Date.now() - draft.at > LASTS) store(key, null);
  }
}

function rememberSent(sent) {
  try {
    if (sent) sessionStorage.setItem(SENT, JSON.stringify(sent));
    else sessionStorage.removeItem(SENT);
  } catch { /* Forbidden. */ }
}

/** Delete the draft that this page is the answer to, if the server took it. */
function takeAnswer() {
  let sent = null;
  try { sent = JSON.parse(sessionStorage.getItem(SENT)); } catch { /* Forbidden. */ }
  if (!sent) return;
  rememberSent(null);
  const [navigation] = performance.getEntriesByType("navigation");
  const isAnswer = navigation?.redirectCount > 0 && document.referrer === sent.page;
  const isTaken = (navigation?.responseStatus ?? 200) < 400
    && !document.querySelector(".message--error, .form-errors, .messagelist .error");
  if (isAnswer && isTaken) store(sent.key, null);
}

function wordsOnPage() {
  const copy = document.querySelector("main").cloneNode(true);
  for (const field of copy.querySelectorAll("textarea, template")) field.remove();
  return plain(copy.textContent);
}

function restore(form) {
  const draft = stored(keyOf(form));
  if (!draft) return;
  const texts = Object.entries(draft.texts).filter(([, text]) => plain(text));
  const words = draft.sent ? wordsOnPage() : "";
  if (draft.sent && texts.every(([, text]) => words.includes(plain(text)))) {
    store(keyOf(form), null);
    return;
  }
  const changed = fieldsOf(form).filter((field) => plain(textOf(draft, field.name) ?? "")
    && plain(textOf(draft, field.name)) !== plain(field.value));
  for (const field of changed) field.value = textOf(draft, field.name);
  const line = document.getElementById("draft-restored");
  if (changed.length && line) form.prepend(line.content.cloneNode(true));
}

function restoreAll(root) {
  for (const taken of root.querySelectorAll("[data-draft-taken]")) {
    store(`draft:${personAt(taken)}:${taken.dataset.draftTaken}`, null);
  }
  root.querySelectorAll("form[data-keep-draft]").forEach(restore);
}

expire();
takeAnswer();
restoreAll(document);
document.addEventListener("htmx:load", ({ target }) => {
  if (target !== document.body) restoreAll(target);
});

// A form whose script fills it in for one thing after another, and sends it by itself.
document.addEventListener("draft:look", ({ target }) => restore(target));
document.addEventListener("draft:taken", ({ target }) => store(keyOf(target), null));

document.addEventListener("input", (event) => {
  const form = event.target.closest?.("form[data-keep-draft]");
  if (form) save(form);
});

document.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-keep-draft]")) return;
  save(event.target, true);
  // htmx sends some forms by itself; then no page follows.
  const page = location.href.replace(/#.*/, "");
  if (!event.defaultPrevented) rememberSent({ key: keyOf(event.target), page });
});

// Back to a page that the browser kept: nothing was answered.
addEventListener("pageshow", ({ persisted }) => persisted && rememberSent(null));

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-discard-draft]")) return;
  const form = event.target.closest("form");
  store(keyOf(form), null);
  form.reset();
  event.target.closest(".message").remove();
});
