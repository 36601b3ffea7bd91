/**
 * Reads a section aloud with the device's own voice, sentence by sentence, and marks the sentence.
 *
 *   <h1>… <article lang="en"><p>… <p class="part-end">   what is read, and what ends it
 *   <p data-listen-trouble role="alert" hidden>…
 *   <section id="listen" hidden>
 *     <button data-listen-do="play"><span data-listen-if="paused">… <span data-listen-if="speaking">…
 *     <button data-listen-do="back">… "next", "stop"
 *     <select data-listen-speed>…
 *
 * Citations, buttons and tables of charts aren't read. Of a figure, its title and summary are. It
 * stops when the page is left.
 */
import { voicesOf } from "./voices.js";

const ENDS = ".asking, .mine, .part-end, section";
const BLOCKS = "p, li, td, th, h1, blockquote, figcaption, figure";
const LEFT_OUT = "sup, button, form, nav, details, .come-back, .no-print, [hidden], [aria-hidden]";
const OF_A_FIGURE = ".figure__title, .figure__summary, desc";
const SPEED = "listen-speed";
// “U.S.” and “Dr.” end no sentence, or so rarely that two in one breath do no harm.
const ABBREVIATION = /(?:\b\p{Lu}|\b(?:Mr|Mrs|Ms|Dr|St|No|vs))\.\s*$/u;

const start = document.querySelector("[data-listen]");
const player = document.getElementById("listen");
const speed = player.querySelector("[data-listen-speed]");
const article = document.querySelector("article");
const trouble = document.querySelector("[data-listen-trouble]");
const speech = globalThis.speechSynthesis;
const highlights = globalThis.CSS?.highlights;

const sentences = [];
let at = 0;
let utterance = null; // what is being said; null while paused

function isRead({ parentElement: parent }) {
  if (parent.closest(LEFT_OUT)) return false;
  return !parent.closest("figure") || Boolean(parent.closest(OF_A_FIGURE));
}

function* textsIn(part) {
  const walker = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) if (isRead(walker.currentNode)) yield walker.currentNode;
}

/** The sentences of a text without line breaks, which would end one: [[start, end], …]. */
function split(text) {
  if (!Intl.Segmenter) return [[0, text.length]];
  const found = [];
  for (const { index, segment } of
    new Intl.Segmenter(article.lang, { granularity: "sentence" }).segment(text)) {
    const last = found.at(-1);
    if (last && ABBREVIATION.test(text.slice(...last))) last[1] = index + segment.length;
    else found.push([index, index + segment.length]);
  }
  return found;
}

/** Where a place in the joined text of nodes is: [node, offset]. */
function placeOf(nodes, place) {
  for (const node of nodes) {
    if (place <= node.length) return [node, place];
    place -= node.length;
  }
  return [nodes.at(-1), nodes.at(-1).length];
}

function addBlock(block, nodes) {
  const text = nodes.map(({ data }) => data).join("").replace(/\s/g, " ");
  for (const [from, to] of split(text)) {
    const sentence = text.slice(from, to);
    if (!/[\p{L}\p{N}]/u.test(sentence)) continue;
    const range = new Range();
    range.setStart(...placeOf(nodes, from + sentence.search(/\S/)));
    range.setEnd(...placeOf(nodes, from + sentence.trimEnd().length));
    sentences.push({ words: sentence.trim().replace(/ +/g, " "), range, block });
  }
}

function gather() {
  let block = null;
  let nodes = [];
  const parts = [document.querySelector("h1"), ...article.children];
  const end = parts.findIndex((part) => part.matches(ENDS));
  for (const part of end < 0 ? parts : parts.slice(0, end)) {
    for (const node of textsIn(part)) {
      const own = node.parentElement.closest(BLOCKS) ?? part;
      if (own !== block) {
        if (block) addBlock(block, nodes);
        [block, nodes] = [own, []];
      }
      nodes.push(node);
    }
  }
  if (block) addBlock(block, nodes);
}

function unmark() {
  highlights?.delete("read-aloud");
  document.querySelector(".is-read-aloud")?.classList.remove("is-read-aloud");
}

/** Mark the sentence, or all of its block if it isn't to be seen, and bring it into sight. */
function mark() {
  const { range, block } = sentences[at];
  const isSeen = range.getClientRects().length > 0;
  unmark();
  if (highlights && isSeen) highlights.set("read-aloud", new Highlight(range));
  else block.classList.add("is-read-aloud");
  const { top, bottom } = (isSeen ? range : block).getBoundingClientRect();
  const below = player.getBoundingClientRect().top;
  if (top < 60 || bottom > below) scrollBy({ top: top - innerHeight / 3 });
}

function show() {
  const now = utterance ? "speaking" : "paused";
  for (const one of player.querySelectorAll("[data-listen-if]")) {
    one.hidden = one.dataset.listenIf !== now;
  }
}

function pause() {
  utterance = null;
  speech.cancel();
  show();
}

function fail() {
  pause();
  trouble.hidden = false;
}

function say() {
  pause();
  trouble.hidden = true;
  const voices = voicesOf(article.lang);
  const next = new SpeechSynthesisUtterance(sentences[at].words);
  next.voice = voices.find((voice) => voice.default) ?? voices[0];
  next.lang = next.voice?.lang ?? article.lang;
  next.rate = Number(speed.value);
  next.addEventListener("end", () => {
    if (utterance !== next) return;
    at += 1;
    if (at < sentences.length) say();
    else finish();
  });
  next.addEventListener("error", () => utterance === next && fail());
  utterance = next;
  speech.speak(next);
  mark();
  show();
}

function finish() {
  at = 0;
  pause();
  unmark();
}

function go(steps) {
  at = Math.min(Math.max(at + steps, 0), sentences.length - 1);
  if (utterance) say();
  else mark();
}

function open() {
  player.hidden = false;
  player.querySelector("[data-listen-do='play']").focus({ preventScroll: true });
  say();
}

function stop() {
  pause();
  unmark();
  player.hidden = true;
  start.focus();
}

const DOES = {
  play: () => (utterance ? pause() : say()), back: () => go(-1), next: () => go(1), stop,
};

gather();
try { speed.value = localStorage.getItem(SPEED) ?? speed.value; } catch { /* Forbidden. */ }
if (!speed.value) speed.value = "1";
start.addEventListener("click", open);
player.addEventListener("click", ({ target }) => {
  DOES[target.closest("[data-listen-do]")?.dataset.listenDo]?.();
});
player.addEventListener("keydown", ({ key }) => key === "Escape" && stop());
speed.addEventListener("change", () => {
  try { localStorage.setItem(SPEED, speed.value); } catch { /* Forbidden. */ }
  if (utterance) say();
});
// At once, also if what comes next is slow to answer.
addEventListener("beforeunload", pause);
addEventListener("pagehide", pause);
open();
