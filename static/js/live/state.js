/**
 * The meeting as the server last told it, with what waits on this device laid on top.
 *
 * What the server told is kept on the device too, so the page opens without a network as it
 * was left.
 */
import { data } from "./boot.js";
import { makeMove } from "./moves.js";
import * as queue from "./queue.js";
import * as store from "./store.js";

const listeners = [];
let told = data.state;
let clockIsAhead = 0; // milliseconds of this device's clock

const kept = store.get("told");
if (kept && kept.revision > told.revision) told = kept;
else clockIsAhead = Date.now() - Date.parse(data.state.now);

export const onChange = (listener) => listeners.push(listener);
const changed = (event) => {
  for (const listener of listeners) listener(event);
};

export const revision = () => told.revision;

/** Now, by the server's clock. */
export const now = () => Date.now() - (Math.abs(clockIsAhead) > 2000 ? clockIsAhead : 0);

/** Take in what changed since; gives the notes that are new. */
export function apply(changes, sentAt = Date.now()) {
  if (changes.now) clockIsAhead = (sentAt + Date.now()) / 2 - Date.parse(changes.now);
  const isWhole = changes.notes !== undefined;
  if (!isWhole && changes.revision < told.revision) return; // We know of later things.
  const known = new Map(told.notes.map((note) => [note.id, note]));
  const fresh = (changes.notes ?? []).filter((note) => !known.has(note.id));
  for (const note of changes.notes ?? []) known.set(note.id, note);
  told = {
    ...told,
    // Only what was asked for tells all up to its revision.
    revision: isWhole ? changes.revision : told.revision,
    notes: [...known.values()],
    agenda: changes.agenda ?? told.agenda,
    attendance: changes.attendance ?? told.attendance,
    actions: changes.actions ?? told.actions,
  };
  store.put("told", told);
  changed({ fresh });
}

/** A note as the server answered it. */
export function applyNote(note) {
  const notes = told.notes.map((known) => (known.id === note.id ? note : known));
  if (!notes.some((known) => known.id === note.id)) notes.push(note);
  told = { ...told, notes };
  store.put("told", told);
}

const blank = { question: "", author: "", mine: true, may_edit: true, version: 0, deleted: false };

/** All notes, those that wait here among them, in the order in which they were written. */
export function notes() {
  const found = new Map(told.notes.map((note) => [note.id, note]));
  for (const { subject, method, url, fields } of queue.entries()) {
    const { kind, id } = subject;
    if (kind !== "note") continue;
    const note = found.get(id) ?? { ...blank, id };
    if (method === "PUT") found.set(id, { ...note, ...fields, deleted: false, waits: true });
    else found.set(id, { ...note, deleted: !url.endsWith("/restore/"), waits: true });
  }
  return [...found.values()];
}

export const note = (id) => notes().find((one) => one.id === id);

/** The agenda with the moves that wait here, as the server will make them. */
export function agenda() {
  const agenda = structuredClone(told.agenda);
  for (const { subject, fields } of queue.entries()) {
    if (subject.kind === "move") makeMove(agenda, fields);
  }
  return agenda;
}

/** Who is here, as a map from their key to {name, first}. */
export function attendance() {
  const here = new Map(told.attendance.map(({ membership, visitor, first_visit: first }) => (
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

/** What is promised, with what waits here. */
export function actions() {
  const found = new Map(told.actions.map((action) => [action.id, action]));
  for (const { subject, method, fields } of queue.entries()) {
    const { kind, id } = subject;
    if (kind !== "action") continue;
    const standing = found.get(id) ?? { id, may_edit: true, name: "" };
    if (method === "PUT") found.set(id, { ...standing, ...fields, name: "", waits: true });
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
