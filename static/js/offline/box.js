/**
 * Saves the data of one person and one place on the device (localStorage). The place is a meeting,
 * by its number in the database, or “reading” for what they mark in briefs.
 *
 * If the browser forbids this or has no room left, the data stays in memory until the page is
 * closed, and `onFailure` calls its listeners.
 */
const OLD_KEYS = { promising: "action-form" };

export function openBox(person, place) {
  const prefix = `live:${person}:${place}:`;
  /** The prefix of keys in earlier versions. */
  const oldPrefix = `evening:${person}:${place}:`;
  const inMemory = new Map();
  const listeners = [];
  let isFailing = false;

  function fail() {
    isFailing = true;
    for (const listener of listeners) listener();
  }

  /** Call back whenever saving fails; at once if it already has. */
  function onFailure(listener) {
    listeners.push(listener);
    if (isFailing) listener();
  }

  /** Move data from the keys of earlier versions to the current ones. */
  function takeOver() {
    try {
      for (const old of Object.keys(localStorage)) {
        if (!old.startsWith(oldPrefix)) continue;
        const word = old.slice(oldPrefix.length);
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

  function put(key, value) {
    try {
      localStorage.setItem(prefix + key, JSON.stringify(value));
      inMemory.delete(key);
    } catch {
      inMemory.set(key, value);
      fail();
    }
  }

  function get(key) {
    if (inMemory.has(key)) return inMemory.get(key);
    try {
      return JSON.parse(localStorage.getItem(prefix + key));
    } catch {
      return null;
    }
  }

  function remove(key) {
    inMemory.delete(key);
    try {
      localStorage.removeItem(prefix + key);
    } catch { /* Then it was never saved. */ }
  }

  /** The keys that begin with a word, sorted. */
  function keys(word) {
    let stored = [];
    try {
      stored = Object.keys(localStorage).filter((key) => key.startsWith(prefix + word))
        .map((key) => key.slice(prefix.length));
    } catch { /* Forbidden. */ }
    const held = [...inMemory.keys()].filter((key) => key.startsWith(word));
    return [...new Set([...stored, ...held])].sort();
  }

  takeOver();
  return { prefix, oldPrefix, onFailure, takeOver, put, get, remove, keys };
}
