/**
 * Marks in a brief: stars, what's confusing, notes, and questions, on selected words or a section.
 *
 *   <article class="prose"> … <div class="mine" id="mine-history" data-section="history"
 *       data-marks="/briefs/…/marks/"><ul data-marks-of="history"><li class="own-mark" data-mark>…
 *   <div id="mark-tools" popover="manual"><button data-mark-as="star">…
 *   <p id="mark-told" popover="manual" role="status">   <dialog id="mark-dialog" data-user="7">…
 *   <template id="mark-line"><li class="own-mark" data-mark>…
 *
 * The lines of a section are what's known of its marks. Marked words are painted in the text.
 * Parts of the page come and go (htmx), so they're looked up when they're needed.
 */
import { freshId } from "../fresh-id.js";
import { rangeOf, selectedIn } from "./passages.js";
import { sendMark } from "./send-mark.js";

const PAUSE = 250; // milliseconds after the last change of a selection
const TOLD_FOR = 6000; // milliseconds
const GAP = 8; // pixels between selected words and the buttons

const byId = (id) => document.getElementById(id);
const article = document.querySelector(".page--section article.prose");
const slug = document.querySelector(".page__title--section")?.id;
const mineOf = (section) => byId(`mine-${section}`);
const listOf = (section) => mineOf(section).querySelector("[data-marks-of]");

let passage = null; // what's selected: see selectedIn
let editing = null; // the mark in the dialog
let comeBackTo = null; // the element that has the focus again once the dialog closes
let isByKey = false; // whether the last thing that happened was a key
let toldUntil = 0;

function tell(name, words = byId("mark-told").dataset[name]) {
  const told = byId("mark-told");
  told.hidePopover();
  told.showPopover();
  told.textContent = words;
  clearTimeout(toldUntil);
  toldUntil = setTimeout(() => told.hidePopover(), TOLD_FOR);
}

/** A mark from its line. */
function read(line) {
  const { mark, kind, paragraph, version, shared } = line.dataset;
  const section = line.closest("[data-section]").dataset.section;
  const textOf = (name) => line.querySelector(`.own-mark__${name}`)?.textContent ?? "";
  return {
    key: mark, kind, section, shared,
    paragraph: paragraph && `${section}-p${paragraph}`,
    version: Number(version),
    quote: textOf("quote"),
    text: textOf("text"),
  };
}

const nameOf = (kind) => byId("mark-dialog-title").querySelector(`[data-for=${kind}]`).textContent;
const addressOf = ({ section, key }) => `${mineOf(section).dataset.marks}${key}/`;

/** Show a saved mark in the list of its section. */
function draw(mark) {
  const list = listOf(mark.section);
  let line = byId(`mark-${mark.key}`);
  if (!line) {
    line = byId("mark-line").content.firstElementChild.cloneNode(true);
    list.append(line);
  }
  line.id = `mark-${mark.key}`;
  Object.assign(line.dataset, {
    mark: mark.key, kind: mark.kind, version: mark.version ?? "", shared: mark.shared ?? "",
    paragraph: /\d*$/.exec(mark.paragraph)[0],
  });
  line.querySelector(".own-mark__kind").textContent = nameOf(mark.kind);
  for (const name of ["quote", "text"]) {
    const part = line.querySelector(`.own-mark__${name}`);
    part.textContent = mark[name];
    part.hidden = !mark[name];
  }
  const choice = document.querySelector(`#mark-dialog [name=shared][value="${mark.shared}"]`);
  const readers = mark.shared ? choice?.closest("label").textContent.trim() : "";
  line.querySelector(".own-mark__shared").textContent = readers;
  line.querySelector(".own-mark__edit").href = addressOf(mark);
  list.closest("details").hidden = false;
  paint();
}

function rub(mark) {
  const list = listOf(mark.section);
  byId(`mark-${mark.key}`)?.remove();
  list.closest("details").hidden = !list.childElementCount;
  paint();
}

/** The marked words of the text: [(line, range), …]. */
function painted() {
  return [...document.querySelectorAll(".page--section .own-mark")].flatMap((line) => {
    const quote = line.querySelector(".own-mark__quote")?.textContent;
    const range = article && quote && rangeOf(article, quote, `${slug}-p${line.dataset.paragraph}`);
    return range ? [{ line, range }] : [];
  });
}

function paint() {
  if (!article || !globalThis.Highlight) return;
  const found = painted();
  for (const name of ["mine", "shared"]) {
    const ranges = found.filter(({ line }) => (line.dataset.kind === "shared") === (name === "shared"));
    CSS.highlights.set(`mark-${name}`, new Highlight(...ranges.map(({ range }) => range)));
  }
}

const isTaken = ({ status }) => status >= 200 && status < 300;

/** Send a mark. Gives what the server said; a mark that it took is drawn. */
async function put(mark) {
  const { kind, paragraph, quote, text, shared = "" } = mark;
  const named = document.querySelector("[data-named]").dataset.named;
  const body = new URLSearchParams({ kind, paragraph, quote, text, shared, named });
  if (mark.version) body.set("version", mark.version);
  const answer = await sendMark({ address: addressOf(mark), method: "PUT", body });
  if (isTaken(answer)) draw({ ...mark, ...(answer.json?.version ? answer.json : {}) });
  return answer;
}

function show(form, kind) {
  for (const part of form.querySelectorAll("[data-for]")) {
    part.hidden = !part.dataset.for.split(" ").includes(kind);
  }
}

function complain(words) {
  const line = byId("mark-dialog").querySelector("[data-errors]");
  line.textContent = words;
  line.hidden = !words;
}

function open(mark, opener) {
  const dialog = byId("mark-dialog");
  const form = dialog.querySelector("form");
  const isNew = !mark.version;
  editing = mark;
  comeBackTo = opener;
  show(form, mark.kind);
  form.querySelector(".message--info")?.remove();
  form.querySelector("[data-quote]").textContent = mark.quote;
  form.querySelector("[data-quote]").hidden = !mark.quote;
  form.querySelector(".asks-first").hidden = isNew;
  form.querySelector(".asks-first").open = false;
  form.elements.text.defaultValue = mark.text;
  form.reset();
  const { shared } = form.elements;
  const choice = form.querySelector(`[name=shared][value="${mark.shared}"]`);
  if (choice) choice.checked = true;
  else if (shared) (shared[0] ?? shared).checked = true;
  form.dataset.keepDraft = isNew
    ? `mark-${mark.kind}-${mark.paragraph || mark.section}` : `mark-${mark.key}`;
  complain("");
  dialog.showModal();
  form.dispatchEvent(new Event("draft:look", { bubbles: true }));
  if (!form.elements.text.closest("[hidden]")) form.elements.text.focus();
}

function close() {
  byId("mark-dialog").close();
}

/** Back to where the reader was. Words of a text can't have the focus, so their paragraph has. */
function comeBack() {
  const place = comeBackTo?.isConnected ? comeBackTo : byId(`mark-${editing?.key}`);
  if (!place) return;
  if (!place.matches("a, button, [tabindex]")) place.tabIndex = -1;
  place.focus({ preventScroll: true });
}

async function save(form) {
  const told = byId("mark-told").dataset;
  editing.text = form.elements.text.value.trim();
  editing.shared = editing.kind === "note" ? new FormData(form).get("shared") ?? "" : "";
  const answer = await put(editing);
  const { status, json } = answer;
  if (isTaken(answer)) {
    form.dispatchEvent(new Event("draft:taken", { bubbles: true }));
    close();
    tell("saved");
  } else if (status === 409) {
    editing.version = json.version;
    complain(told.changed.replace("%s", json.theirs.text));
  } else if (status === 410) {
    Object.assign(editing, { key: freshId(), version: 0 });
    complain(told.gone);
  } else if (json?.errors) {
    complain(Object.values(json.errors).flat().join(" "));
  } else {
    complain(status === 401 ? told.signedOut : told.failed);
  }
}

async function remove() {
  const answer = await sendMark({ address: addressOf(editing), method: "DELETE" });
  const isGone = isTaken(answer) || [404, 410].includes(answer.status);
  if (!isGone) return complain(byId("mark-told").dataset.failed);
  byId("mark-dialog").querySelector("form")
    .dispatchEvent(new Event("draft:taken", { bubbles: true }));
  rub(editing);
  close();
  return tell("deleted");
}

// The buttons for selected words.

const tools = () => byId("mark-tools");
const isOffered = () => tools()?.matches(":popover-open");

function hide() {
  if (isOffered()) tools().hidePopover();
}

/** Beside the words, below them if there is room. On a touch screen, the style sheet puts the
 * buttons at the bottom: the system's own menu is beside the words. */
function place() {
  if (!isOffered() || matchMedia("(pointer: coarse)").matches) return;
  const { style, offsetHeight, offsetWidth } = tools();
  const { top, bottom, left } = passage.range.getBoundingClientRect();
  const below = bottom + GAP;
  const isRoom = below + offsetHeight + GAP < innerHeight;
  style.insetBlockStart = `${isRoom ? below : Math.max(GAP, top - offsetHeight - GAP)}px`;
  style.insetInlineStart = `${Math.max(GAP, Math.min(left, innerWidth - offsetWidth - GAP))}px`;
}

function offer() {
  if (!tools() || tools().contains(document.activeElement) || byId("mark-dialog").open) return;
  passage = article && selectedIn(article);
  if (!passage) {
    hide();
    return;
  }
  if (!isOffered()) {
    tools().showPopover();
    if (isByKey) tell("hint");
  }
  place();
}

async function markAs(kind) {
  const { block, quote, paragraph } = passage;
  const mark = { key: freshId(), section: slug, kind, quote, paragraph, text: "" };
  hide();
  getSelection().removeAllRanges();
  if (kind === "note" || kind === "question") {
    open(mark, block);
    return;
  }
  editing = null;
  comeBackTo = block;
  comeBack();
  tell(isTaken(await put(mark)) ? "saved" : "failed");
}

/** The mark whose words are at this point of the window. */
function markAt(x, y) {
  const isThere = ({ range }) => [...range.getClientRects()].some(
    (box) => x >= box.left && x <= box.right && y >= box.top && y <= box.bottom,
  );
  return painted().find(isThere)?.line;
}

let waiting = 0;
let isDown = false;
document.addEventListener("selectionchange", () => {
  clearTimeout(waiting);
  waiting = setTimeout(() => isDown || offer(), PAUSE);
});
document.addEventListener("pointerdown", (event) => {
  isByKey = false;
  // The words stay selected while their button is pressed.
  if (event.target.closest("#mark-tools")) event.preventDefault();
  else isDown = event.pointerType === "mouse";
});
document.addEventListener("pointerup", () => {
  isDown = false;
  clearTimeout(waiting);
  waiting = setTimeout(offer, PAUSE);
});
addEventListener("scroll", place, { passive: true });
addEventListener("resize", place);

document.addEventListener("keydown", (event) => {
  isByKey = true;
  if (!isOffered()) return;
  const isOnControl = event.target.closest("a, button, input, select, textarea, summary, dialog");
  if (event.key === "Escape") {
    comeBackTo = passage.block;
    if (tools().contains(document.activeElement)) comeBack();
    hide();
  } else if (event.key === "Enter" && !isOnControl) {
    event.preventDefault();
    tools().querySelector("button").focus();
  }
});

document.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  const at = (selector) => event.target.closest(selector);
  const line = at(".mine .own-mark__edit")?.closest("[data-mark]");
  const added = at(".mine [data-mark-new]");
  if (at("[data-mark-as]")) {
    markAs(at("[data-mark-as]").dataset.markAs);
  } else if (at("#mark-dialog [data-delete]")) {
    remove();
  } else if (at("#mark-dialog [data-close]")) {
    close();
  } else if (line) {
    event.preventDefault();
    open(read(line), at(".own-mark__edit"));
  } else if (added) {
    event.preventDefault();
    const { section } = added.closest("[data-section]").dataset;
    const kind = added.dataset.markNew;
    open({ key: freshId(), section, kind, quote: "", paragraph: "", text: "" }, added);
  } else if (article?.contains(event.target) && !at("a, button, summary, label, .mine")) {
    tapped(event);
  }
});

/** A tap on marked words opens their note; one that a member shared is shown in its list. */
function tapped({ clientX, clientY, target }) {
  const line = getSelection().isCollapsed && markAt(clientX, clientY);
  if (!line) return;
  if (line.dataset.mark) {
    open(read(line), target);
    return;
  }
  line.closest("details").open = true;
  line.tabIndex = -1;
  line.focus();
}

// Before keep-draft.js hears of it: no page will follow.
document.addEventListener("submit", (event) => {
  if (!event.target.closest("#mark-dialog")) return;
  event.preventDefault();
  save(event.target);
}, true);
document.addEventListener("close", (event) => event.target.id === "mark-dialog" && comeBack(), true);

/** Show what this device has yet to send (offline/send-marks.js). */
function drawWaiting() {
  const found = [];
  document.dispatchEvent(new CustomEvent("marks-waiting", { detail: found }));
  for (const mark of found.filter(({ section }) => mineOf(section))) {
    if (mark.isDeleted) rub(mark);
    else draw(mark);
  }
}

function drawAll() {
  paint();
  drawWaiting();
}

document.addEventListener("htmx:load", drawAll);
document.addEventListener("marks-here", drawWaiting);
drawAll();
