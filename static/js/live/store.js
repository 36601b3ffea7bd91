/**
 * Saves the live page's data on the device (localStorage), by person and meeting.
 *
 * If the browser forbids this or has no room left, the data stays in memory until the page is
 * closed, and `onFailure` calls its listeners.
 */
import { data } from "./boot.js";

export const prefix = `live:${data.user}:${data.meeting}:`;
/** The prefix of keys in earlier versions. */
export const OLD_PREFIX = `evening:${data.user}:${data.meeting}:`;
const OLD_KEYS = { promising: "action-form" };

/** Move data from the keys of earlier versions to the current ones. */
export function takeOver() {
  try {
    for (const old of Object.keys(localStorage)) {
      if (!old.startsWith(OLD_PREFIX)) continue;
      const word = old.slice(OLD_PREFIX.length);
      const key = prefix + (OLD_KEYS[word] ?? word);
      const value = localStorage.getItem(old);
      if (value === null) continue; // Another page was faster.
      // Remove the old key first: a full storage has no room for both.
      localStorage.removeItem(old);
      try {
        if (localStorage.getItem(key) === null) localStorage.setItem(key, value);
      } catch {
        localStorage.setItem(old, value);
      }
    }
  } catch { /* Forbidden. */ }
}

const inMemory = new Map();
const listeners = [];
let isFailing = false;

function fail() {
  isFailing = true;
  for (const listener of listeners) listener();
}

/** Call back whenever saving fails; at once if it already has. */
export function onFailure(listener) {
  listeners.push(listener);
  if (isFailing) listener();
}

export function put(key, value) {
  try {
    localStorage.setItem(prefix + key, JSON.stringify(value));
    inMemory.delete(key);
  } catch {
    inMemory.set(key, value);
    fail();
  }
}

export function get(key) {
  if (inMemory.has(key)) return inMemory.get(key);
  try {
    return JSON.parse(localStorage.getItem(prefix + key));
  } catch {
    return null;
  }
}

export function remove(key) {
  inMemory.delete(key);
  try {
    localStorage.removeItem(prefix + key);
  } catch { /* Then it was never saved. */ }
}

/** The keys that begin with a word, sorted. */
export function keys(word) {
  let stored = [];
  try {
    stored = Object.keys(localStorage).filter((key) => key.startsWith(prefix + word))
      .map((key) => key.slice(prefix.length));
  } catch { /* Forbidden. */ }
  const held = [...inMemory.keys()].filter((key) => key.startsWith(word));
  return [...new Set([...stored, ...held])].sort();
}

takeOver();
put("trial", 1);
remove("trial");
