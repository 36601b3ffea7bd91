/**
 * Makes moves on a copy of the agenda, as the server will (circles/live/moves.py), so that a
 * page that is offline shows the same.
 *
 * These are pure functions that don't need a page. The cases in tests/live_moves.json test
 * this file and the server alike.
 */

/** The item that the circle is on: the one that was opened last and isn't closed. */
export const openItem = ({ items }) => items.filter((item) => item.opened_at && !item.closed_at)
  .sort((a, b) => Date.parse(b.opened_at) - Date.parse(a.opened_at))[0];

/** The next item: the first one further down that was neither opened nor deferred. */
export const itemAfter = ({ items }, item) => items
  .slice(items.findIndex(({ id }) => id === item?.id) + 1)
  .find((one) => !one.opened_at && !one.deferred);

/** The item that was left for next time when this one was opened, or this one if it was. */
export const leftBefore = ({ items }, open) => items.find((item) => item.deferred && open && (
  item === open || (item.closed_at && isSameMoment(item.closed_at, open.opened_at))));

const isSameMoment = (one, other) => Date.parse(one) === Date.parse(other);

function close(item, at) {
  const moment = Math.max(Date.parse(at), Date.parse(item.opened_at));
  item.closed_at = moment === Date.parse(at) ? at : item.opened_at;
  item.used += Math.floor((moment - Date.parse(item.opened_at)) / 1000);
  item.turns = [];
}

function goTo(agenda, item, at) {
  const open = openItem(agenda);
  if (open) close(open, at);
  Object.assign(item, { opened_at: at, closed_at: null, deferred: false });
  agenda.showing = "";
}

const MOVES = {
  start(agenda, _item, { at }) {
    agenda.started_at ??= at;
    const [first] = agenda.items;
    if (first && !agenda.items.some((one) => one.opened_at)) goTo(agenda, first, agenda.started_at);
  },

  end(agenda, _item, { at }) {
    agenda.ended_at ??= at;
  },

  open(agenda, item, { at }) {
    const open = openItem(agenda);
    const isLate = open && (open === item || Date.parse(open.opened_at) > Date.parse(at));
    if (!isLate) goTo(agenda, item, at);
    else if (!item.opened_at) Object.assign(item, { opened_at: at, closed_at: at });
  },

  more(_agenda, item, { minutes }) {
    item.extra = Number(minutes);
  },

  defer(agenda, item, { on, at }) {
    if (item.deferred === Boolean(on)) return;
    const open = openItem(agenda);
    const isLate = open && Date.parse(open.opened_at) > Date.parse(at);
    const isUndone = item.deferred && open !== item && leftBefore(agenda, open) === item;
    item.deferred = Boolean(on);
    const next = itemAfter(agenda, item);
    if (item.deferred && next && open === item && !isLate) goTo(agenda, next, at);
    if (isUndone && !isLate) {
      // The item that came in its place is upcoming again.
      Object.assign(open, { opened_at: null, closed_at: null, turns: [] });
      goTo(agenda, item, at);
    }
  },

  show(agenda, item, { showing }) {
    if (isOpen(item)) agenda.showing = showing;
  },

  turn(_agenda, item, { who, state }) {
    if (!isOpen(item)) return;
    item.turns = who ? item.turns.filter(([one]) => one !== who) : [];
    if (who && state) item.turns.push([who, state]);
  },
};

const isOpen = ({ opened_at: opened, closed_at: closed }) => Boolean(opened && !closed);

/** Make one move on this agenda, in place. A move that is not possible does nothing. */
export function makeMove(agenda, fields) {
  const item = agenda.items.find(({ id }) => String(id) === String(fields.item));
  const needsItem = !["start", "end"].includes(fields.do);
  if (!Object.hasOwn(MOVES, fields.do) || (needsItem && !item)) return;
  MOVES[fields.do](agenda, item, fields);
}
