/**
 * The meeting as the server last sent it, with the writes that are waiting here applied.
 *
 * What the server sent is also saved on the device, so that the page opens offline with it.
 */
import { data } from "./boot.js";
import { makeMove } from "./moves.js";
import * as queue from "./queue.js";
import * as store from "./store.js";

const listeners = [];
let confirmed = data.state;
let clockIsAhead = 0; // milliseconds that this device's clock is ahead of the server's

const stored = store.get("told");
if (stored && stored.revision > confirmed.revision) confirmed = stored;
else clockIsAhead = Date.now() - Date.parse(data.state.now);

export const onChange = (listener) => listeners.push(listener);
const changed = (event) => {
  for (const listener of listeners) listener(event);
};

export const revision = () => confirmed.revision;

/** Now, by the server's clock. */
export const now = () => Date.now() - (Math.abs(clockIsAhead) > 2000 ? clockIsAhead : 0);

/** Apply changes from the server. Listeners get the new notes as `fresh`. */
export function apply(changes, sentAt = Date.now()) {
  if (changes.now) clockIsAhead = (sentAt + Date.now()) / 2 - Date.parse(changes.now);
  const isWhole = changes.notes !== undefined;
  if (!isWhole && changes.revision < confirmed.revision) return; // Older than what we have.
  const known = new Map(confirmed.notes.map((note) => [note.id, note]));
  const fresh = (changes.notes ?? []).filter((note) => !known.has(note.id));
  for (const note of changes.notes ?? []) known.set(note.id, note);
  confirmed = {
    ...confirmed,
    // Only the response of follow.js has all changes up to its revision.
    revision: isWhole ? changes.revision : confirmed.revision,
    notes: [...known.values()],
    agenda: changes.agenda ?? confirmed.agenda,
    attendance: changes.attendance ?? confirmed.attendance,
    actions: changes.actions ?? confirmed.actions,
  };
  store.put("told", confirmed);
  changed({ fresh });
}

/** Take a note from a response of the server. */
export function applyNote(note) {
  const notes = confirmed.notes.map((known) => (known.id === note.id ? note : known));
  if (!notes.some((known) => known.id === note.id)) notes.push(note);
  confirmed = { ...confirmed, notes };
  store.put("told", confirmed);
}

const blank = { question: "", author: "", mine: true, may_edit: true, version: 0, deleted: false };

/** All notes, including those waiting here, in the order in which they were written. */
export function notes() {
  const found = new Map(confirmed.notes.map((note) => [note.id, note]));
  for (const { subject, method, url, fields } of queue.entries()) {
    const { kind, id } = subject;
    if (kind !== "note") continue;
    const note = found.get(id) ?? { ...blank, id };
    if (method === "PUT") found.set(id, { ...note, ...fields, deleted: false, waits: true });
    else found.set(id, { ...note, ...fields, deleted: !url.endsWith("/restore/"), waits: true });
  }
  return [...found.values()];
}

export const note = (id) => notes().find((one) => one.id === id);

/** The agenda after the moves that are waiting here, as the server will make them. */
export function agenda() {
  const agenda = structuredClone(confirmed.agenda);
  for (const { subject, fields } of queue.entries()) {
    if (subject.kind === "move") makeMove(agenda, fields);
  }
  return agenda;
}

/** Who is here, as a map from their key to {name, first}. */
export function attendance() {
  const here = new Map(confirmed.attendance.map(({ membership, visitor, first_visit: first }) => (
    [membership ? `m${membership}` : `v:${visitor}`, { name: visitor, first }]
  )));
  for (const { subject, fields } of queue.entries()) {
    if (subject.kind !== "attend") continue;
    const { who, on, is_first_visit: first } = fields;
    if (on) here.set(who, here.get(who) ?? { name: who.replace(/^v:/, ""), first: Boolean(first) });
    else here.delete(who);
  }
  return here;
}

/** All action items, including those waiting here. */
export function actions() {
  const found = new Map(confirmed.actions.map((action) => [action.id, action]));
  for (const { subject, method, fields } of queue.entries()) {
    const { kind, id } = subject;
    if (kind !== "action") continue;
    const current = found.get(id) ?? { id, may_edit: true, name: "" };
    if (method === "PUT") found.set(id, { ...current, ...fields, name: "", waits: true });
    else found.delete(id);
  }
  return [...found.values()];
}

queue.onChange(({ entry, answer }) => {
  if (answer?.status < 300) {
    if (entry.subject.kind === "note") applyNote(answer.data);
    else if (answer.data.agenda || answer.data.actions) apply(answer.data);
  }
  changed({});
});
