/**
 * Draws the current item of the agenda: its question, a passage or the notes so far, the time
 * left, and what comes next. If the reader looks at something else (view.js), a line leads back
 * to where the circle is.
 */
import { announce, data, root, say, shorten, words } from "./boot.js";
import { keepInView } from "./into-view.js";
import { move } from "./move-buttons.js";
import { itemAfter, leftBefore } from "./moves.js";
import { isUnder } from "./notes.js";
import { fit } from "./projector.js";
import * as state from "./state.js";
import * as view from "./view.js";

const SOON = 1 / 5; // of an item's time left: the first change of color
const NEARLY = 1 / 20;
const MINUTE = 60_000; // milliseconds

const isRoom = "room" in root.dataset;
const find = (selector) => root.querySelector(selector);
const all = (selector) => [...root.querySelectorAll(selector)];
let announced = null;
let shownBefore = null;

const secondsIn = (item) => item.used
  + (item.opened_at && !item.closed_at ? (state.now() - Date.parse(item.opened_at)) / 1000 : 0);
const secondsGiven = (item) => (item.minutes + item.extra) * 60;
const secondsLeft = (item) => secondsGiven(item) - secondsIn(item);

/** How many minutes late the meeting will end at this pace; negative if early. */
function minutesBehind(agenda, open) {
  const upcoming = agenda.items.filter((item) => !item.opened_at && !item.deferred);
  const current = Math.max(0, secondsLeft(open));
  const rest = upcoming.reduce((sum, item) => sum + secondsGiven(item), current);
  return Math.round((state.now() + rest * 1000 - Date.parse(agenda.ends_at)) / MINUTE);
}

function drawTime({ agenda, open }) {
  const line = find("[data-left-line]");
  const pace = find("[data-pace]");
  line.hidden = !open || Boolean(agenda.ended_at);
  if (pace) pace.hidden = line.hidden;
  if (line.hidden) return;
  const left = secondsLeft(open);
  const part = left / secondsGiven(open);
  const minutes = Math.ceil(Math.abs(left) / 60);
  find("[data-left]").textContent = say(left >= 0 ? words.left : words.over, minutes);
  line.dataset.urgency = part <= NEARLY ? "nearly" : part <= SOON ? "soon" : "plenty";
  find("[data-track]").style.inlineSize = `${Math.max(0, Math.min(1, part)) * 100}%`;
  if (!pace) return;
  const behind = minutesBehind(agenda, open);
  const sentence = behind > 0 ? words.behind : behind < 0 ? words.ahead : words.on_time;
  pace.textContent = say(sentence, Math.abs(behind));
  pace.dataset.pace = behind > 0 ? "behind" : "well";
}

function drawStage({ agenda, item, showing }) {
  const { what, slug } = view.shown(showing);
  const stage = item && find(`[data-stage="${item.id}"]`);
  const questions = stage ? [...stage.querySelectorAll("[data-question]")] : [];
  const asked = questions.find((question) => question.dataset.question === slug) ?? questions[0];
  const key = what === "figure" ? `figure-${slug}` : what === "passage" && asked?.dataset.passageKey;
  const passage = all("[data-passage]").find((one) => one.dataset.passage === key);
  const isBeside = what === "readback" || Boolean(passage);
  for (const one of all("[data-stage]")) one.hidden = one !== stage || isBeside;
  for (const question of questions) question.hidden = question !== asked;
  for (const button of stage?.querySelectorAll("[data-ask]") ?? []) {
    if (button.dataset.ask === asked.dataset.question) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
  }
  for (const one of all("[data-passage]")) one.hidden = one !== passage;
  const readback = find("[data-readback]");
  readback.hidden = what !== "readback";
  if (!readback.hidden) drawReadback(agenda, item);
  const shown = all("[data-readback], [data-passage], [data-stage]").find((one) => !one.hidden);
  if (isRoom) fit();
  else if (shown) keepInView(shown, `${item?.id} ${asked?.dataset.question} ${what} ${key}`);
}

function drawReadback(agenda, item) {
  const said = state.notes().filter((note) => !note.deleted && isUnder(item, note, agenda));
  const rows = said.map(({ text }) => {
    const row = document.createElement("li");
    row.textContent = text;
    return row;
  });
  if (!rows.length) {
    const row = document.createElement("li");
    row.textContent = words.nothing_yet;
    rows.push(row);
  }
  find("[data-readback-list]").replaceChildren(...rows);
}

function drawAgenda({ agenda, open, item }) {
  for (const row of all("[data-item-row]")) {
    const mine = agenda.items.find(({ id }) => String(id) === row.dataset.itemRow);
    if (!mine) continue;
    const states = [
      [mine === open, words.state_now], [mine.deferred, words.state_deferred],
      [mine.closed_at, words.state_done], [true, say(words.state_minutes, mine.minutes + mine.extra)],
    ];
    row.querySelector("[data-item-state]").textContent = states.find(([holds]) => holds)[1];
    if (mine === item) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
    const go = row.querySelector("[form]");
    if (go) go.hidden = mine === open || Boolean(agenda.ended_at);
  }
}

/** Update the buttons below the stage to what they would do now. */
function drawControls({ agenda, open, showing }) {
  const isUnderWay = Boolean(agenda.started_at && !agenda.ended_at);
  for (const over of all("[data-over]")) over.hidden = !agenda.ended_at;
  const controls = find("[data-controls]");
  if (!controls) return;
  const start = controls.querySelector("[data-start]");
  if (start) start.hidden = Boolean(agenda.started_at);
  const moves = controls.querySelector("[data-moves]");
  moves.hidden = !isUnderWay;
  const following = itemAfter(agenda, open);
  for (const form of moves.querySelectorAll("form")) {
    const what = form.elements.do;
    const on = form.elements.namedItem("item"); // `.item` is a method of the collection.
    if (what.value === "open") {
      form.hidden = !following;
      on.value = following?.id ?? "";
      form.querySelector(".button__hint").textContent = following?.title ?? "";
    } else if (what.value !== "end") {
      form.hidden = !open;
      on.value = open?.id ?? "";
    }
    if (what.value === "more" && open) form.elements.minutes.value = open.extra + 5;
    if (what.value === "defer") form.hidden = !open?.section;
    if (what.value === "show") {
      form.hidden = !open;
      form.elements.showing.value = showing === "readback" ? "" : "readback";
      form.querySelector("button").setAttribute("aria-pressed", String(showing === "readback"));
    }
  }
  controls.querySelector("[data-last]").hidden = Boolean(following);
  drawLeft(isUnderWay ? leftBefore(agenda, open) : null);
}

/** The line that takes back what was left for next time just now. */
function drawLeft(left) {
  const line = find("[data-left-before]");
  if (!line) return;
  line.hidden = !left;
  if (!left) return;
  line.querySelector("[data-left-title]").textContent = left.title;
  line.querySelector("form").elements.namedItem("item").value = left.id;
}

function draw() {
  const now = view.looking();
  drawTime(now);
  drawStage(now);
  drawAgenda(now);
  drawControls(now);
  const note = find("[data-wandered]");
  if (note) note.hidden = !view.isWandering();
  if (now.open && announced !== now.open.id) {
    if (announced !== null) {
      announce(say(words.now_at, shorten(now.open.title, 9)));
    }
    announced = now.open.id;
  }
  announceChart(now);
  fetchNewStages(now.agenda);
}

/** Let screen readers say which chart is shown, if it's another than before. */
function announceChart({ showing }) {
  if (shownBefore !== null && showing !== shownBefore && showing.startsWith("figure:")) {
    const title = find("[data-passage]:not([hidden])")?.getAttribute("aria-label");
    if (title) announce(say(words.chart_shown, shorten(title, 9)));
  }
  shownBefore = showing;
}

let isFetching = false;

/** If an item was added during the meeting, load its stage, which the page doesn't have yet. */
async function fetchNewStages({ items }) {
  const isWhole = (page) => items.every(({ id }) => page.querySelector(`[data-stage="${id}"]`));
  if (isFetching || isWhole(root)) return;
  isFetching = true;
  try {
    const response = await fetch(location.href, { headers: { "X-Person": data.user } });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    if (isWhole(page)) {
      if (!all("[data-stage]").length) location.reload();
      for (const part of ["[data-stages]", ".live__items"]) {
        const fresh = page.querySelector(part);
        if (fresh) find(part)?.replaceWith(document.adoptNode(fresh));
      }
      draw();
    }
  } catch { /* No network: the next change tries again. */ }
  isFetching = false;
}

/** Show something of the item in view: to everyone, if this page runs the meeting and the circle
 *  is on that item; otherwise only here. */
function showThis(showing) {
  const { open, item } = view.looking();
  const isForAll = data.runs && open && item.id === open.id && !isRoom;
  if (isForAll) move({ do: "show", item: open.id, showing });
  else if (item) view.wander(item.id, showing);
}

function look(id) {
  const { open } = view.looking();
  if (open?.id === id) view.follow();
  else view.wander(id);
  find(`[data-stage="${id}"] h2`)?.focus();
}

export function start() {
  root.addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    if (!button) return;
    if (button.dataset.ask) showThis(`question:${button.dataset.ask}`);
    if (button.dataset.lookAt) showThis(`passage:${button.dataset.lookAt}`);
    if ("backToQuestion" in button.dataset) {
      const { what, slug } = view.shown(view.looking().showing);
      showThis(what === "passage" ? `question:${slug}` : "");
    }
    if (button.dataset.look) look(Number(button.dataset.look));
    if ("follow" in button.dataset) view.follow();
  });
  // After making a move, a page follows the circle again.
  root.addEventListener("submit", (event) => {
    const { target, submitter } = event;
    const isMove = target.matches("form[data-move]");
    if (isMove && ["open", "defer"].includes(target.elements.do.value)) view.follow();
    if (!target.matches("form[data-figures]")) return;
    event.preventDefault();
    // “Hide chart” has no value, and its click has been heard above.
    if (submitter.value) showThis(submitter.value);
    const next = submitter.value ? "[data-passage]:not([hidden]) button" : ".stage:not([hidden]) h2";
    find(next)?.focus({ preventScroll: true }); // keepInView scrolls.
  });
  view.onChange(draw);
  state.onChange(draw);
  setInterval(() => drawTime(view.looking()), 1000);
  draw();
}
