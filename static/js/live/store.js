/**
 * What the page of an evening keeps on the device, under one person and one meeting.
 *
 * Where the browser forbids it or has no room left, what is kept lives as long as the page,
 * and whoever listens to `onFailure` says so.
 */
import { data } from "./boot.js";

export const prefix = `live:${data.user}:${data.meeting}:`;
/** What keys began with before. */
export const OLD_PREFIX = `evening:${data.user}:${data.meeting}:`;
const OLD_KEYS = { promising: "action-form" };

/** Brings what scripts of before kept on this device under today's keys. */
export function takeOver() {
  try {
    for (const old of Object.keys(localStorage)) {
      if (!old.startsWith(OLD_PREFIX)) continue;
      const word = old.slice(OLD_PREFIX.length);
      const key = prefix + (OLD_KEYS[word] ?? word);
      const value = localStorage.getItem(old);
      if (value === null) continue; // Another page was first.
      // First away with it: a storage that is full has no room for both.
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

/** Calls back at once if nothing can be kept here, and whenever something could not be. */
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
  } catch { /* Then it was never kept. */ }
}

/** The keys that begin with a word, in their order. */
export function keys(word) {
  let kept = [];
  try {
    kept = Object.keys(localStorage).filter((key) => key.startsWith(prefix + word))
      .map((key) => key.slice(prefix.length));
  } catch { /* Forbidden. */ }
  const held = [...inMemory.keys()].filter((key) => key.startsWith(word));
  return [...new Set([...kept, ...held])].sort();
}

takeOver();
put("trial", 1);
remove("trial");
