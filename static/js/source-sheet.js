/**
 * Shows the source of a citation over the text, so that one stays where one reads: at the bottom of
 * a phone's screen, and beside the citation where there's room. The browser closes it on Escape or
 * a tap elsewhere, and gives the focus back to the citation.
 *
 *   <article class="prose">… <a href="#source-survey">3</a>
 *   <li id="source-survey" value="3">…   in the list of sources
 *   <div id="source-sheet" popover role="dialog"><h2 tabindex="-1" data-words="Source %d">
 *     <p data-source>
 *
 * Without this script, the link leads to the list.
 */
const sheet = document.getElementById("source-sheet");
const title = sheet?.querySelector("h2");
const GAP = 1; // rem, between the text and a source beside it
const LEAST = 11; // rem, the narrowest that a source can be read in
let citation = null; // the link whose source is shown

function fill(source) {
  const copy = source.cloneNode(true);
  for (const back of copy.querySelectorAll(".sources__back")) back.remove();
  sheet.querySelector("[data-source]").replaceChildren(...copy.childNodes);
  title.textContent = title.dataset.words.replace("%d", source.value);
}

function place() {
  const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
  const text = citation.closest(".prose").getBoundingClientRect();
  const left = text.right + GAP * rem;
  const room = sheet.parentElement.getBoundingClientRect().right - left;
  sheet.toggleAttribute("data-beside", room >= LEAST * rem);
  const set = (name, length) => sheet.style.setProperty(name, `${length}px`);
  set("--left", left + scrollX);
  set("--room", room);
  const lowest = innerHeight - sheet.offsetHeight - rem;
  const top = Math.min(citation.getBoundingClientRect().top - rem, lowest);
  set("--top", Math.max(top, 4 * rem) + scrollY);
}

function show(link, source) {
  if (sheet.matches(":popover-open")) sheet.hidePopover();
  citation = link;
  link.setAttribute("aria-expanded", "true");
  link.focus({ preventScroll: true });
  fill(source);
  sheet.showPopover({ source: link });
  place();
  title.focus({ preventScroll: true });
}

if (sheet?.showPopover) {
  const links = "main .prose a[href^='#source-']";
  for (const link of document.querySelectorAll(links)) link.setAttribute("aria-haspopup", "dialog");
  document.addEventListener("click", (event) => {
    const link = event.target.closest(links);
    const source = link && document.getElementById(link.hash.slice(1));
    if (!source || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    show(link, source);
  });
  sheet.addEventListener("beforetoggle", ({ newState }) => {
    if (newState === "closed") citation.removeAttribute("aria-expanded");
  });
  addEventListener("resize", () => { if (sheet.matches(":popover-open")) place(); });
}
