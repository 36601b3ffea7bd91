/** Attendance by tapping names, and who has spoken in this round or wants to. */
import { data, root, words } from "./boot.js";
import { move } from "./move-buttons.js";
import * as state from "./state.js";
import * as view from "./view.js";

const list = root.querySelector("[data-people]");
const round = root.querySelector("[data-round]");
const known = list ? JSON.parse(document.getElementById("people-data").textContent) : [];
const NEXT = { "": "spoke", spoke: "wishes", wishes: "" };

/** Everyone with a name to tap; first those who are here or said yes. */
function people() {
  const here = state.attendance();
  const visitors = [...here].filter(([key]) => key.startsWith("v:") && !known.some((one) => one.key === key));
  const all = [...known.filter(({ visitor, key }) => !visitor || here.has(key)),
    ...visitors.map(([key, { name }]) => ({ key, name, visitor: true, yes: true }))];
  return all.map((one) => ({ ...one, here: here.has(one.key) }))
    .sort((a, b) => Number(b.here || b.yes) - Number(a.here || a.yes));
}

function tap({ key, name, isPressed, hint, onTap, isStill }) {
  const item = document.createElement("li");
  const button = document.createElement(isStill ? "span" : "button");
  button.className = "people-tap";
  button.textContent = name;
  button.dataset.key = key;
  if (hint) {
    const more = document.createElement("span");
    more.className = hint.isQuiet ? "visually-hidden" : "people-tap__hint";
    more.textContent = ` ${hint.text}`;
    button.append(more);
  }
  button.dataset.on = String(isPressed);
  if (!isStill) {
    button.type = "button";
    button.setAttribute("aria-pressed", String(isPressed));
    button.addEventListener("click", onTap);
  }
  item.append(button);
  return item;
}

function replace(element, rows) {
  const focused = element.contains(document.activeElement) && document.activeElement.dataset.key;
  element.replaceChildren(...rows);
  if (focused) element.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
}

function attend(who, on) {
  move({ do: "attend", who, ...(on ? { on: "on" } : {}) });
}

function drawPeople() {
  const all = people();
  root.querySelector("[data-heads]").textContent = all.filter(({ here }) => here).length || "";
  const shown = data.runs ? all : all.filter(({ here }) => here);
  replace(list, shown.map(({ key, name, here }) => tap({
    key, name, isPressed: here, isStill: !data.runs, onTap: () => attend(key, !here),
  })));
}

function drawRound() {
  const { open } = view.looking();
  round.hidden = !open;
  if (!open) return;
  const turns = new Map(open.turns);
  const inRoom = people().filter(({ here }) => here);
  const rows = inRoom.map(({ key, name }) => {
    const turn = turns.get(key) ?? "";
    return tap({
      key, name, isPressed: turn === "spoke", isStill: !data.runs,
      hint: { text: turn ? words[turn] : words.not_yet, isQuiet: turn !== "wishes" },
      onTap: () => move({ do: "turn", item: open.id, who: key, state: NEXT[turn] }),
    });
  });
  replace(round.querySelector("[data-round-list]"), rows);
  const wish = round.querySelector("[data-wish]");
  wish.setAttribute("aria-pressed", String(turns.get(data.me) === "wishes"));
}

function draw() {
  drawPeople();
  drawRound();
}

export function start() {
  if (!list) return;
  round.querySelector("[data-wish]").addEventListener("click", ({ currentTarget }) => {
    const { open } = view.looking();
    const isOn = currentTarget.getAttribute("aria-pressed") === "true";
    if (open) move({ do: "turn", item: open.id, who: data.me, state: isOn ? "" : "wishes" });
  });
  round.querySelector("[data-new-round]")?.addEventListener("click", () => {
    const { open } = view.looking();
    if (open) move({ do: "turn", item: open.id, who: "", state: "" });
  });
  root.querySelector("[data-all-here]")?.addEventListener("click", () => {
    for (const { key, yes, here } of people()) if (yes && !here) attend(key, true);
  });
  root.querySelector("[data-visitor]")?.addEventListener("submit", (event) => {
    event.preventDefault();
    const form = event.target;
    const field = document.getElementById("visitor-name");
    const name = field.value.trim().replace(/\s+/g, " ");
    if (!name) return;
    const first = form.elements.first.checked ? { is_first_visit: "on" } : {};
    move({ do: "attend", who: `v:${name}`, on: "on", ...first });
    form.reset();
    field.focus();
  });
  state.onChange(draw);
  draw();
}
