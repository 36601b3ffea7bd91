/**
 * Keeps what belongs to one person from the next who uses this browser.
 *
 *   <html data-user="7">   or, with no one signed in,   <html data-visitor>
 *   <ul id="account-nav" data-user="7">   the same, in what htmx loads into a page for everyone
 *   <p data-unsent-here hidden>…</p>
 *
 * Copies of pages stay only while their person is signed in. A page that the browser kept,
 * such as for Back, or one in another tab, is loaded again after its person signed out or someone
 * else signed in.
 */
import { forgetCopies, forgetOldCopies, isAnyWaiting } from "./kept-here.js";

const KEY = "person"; // "7", or "" for a visitor, or SIGNED_OUT right after signing out
const SIGNED_OUT = "signed-out";
const page = document.documentElement.dataset;
const [navigation] = performance.getEntriesByType("navigation");

/** Whether Back brought this page from the browser's cache: what it says of the person is old. */
const isOld = navigation?.type === "back_forward" && navigation.transferSize === 0;

function remembered() {
  try { return localStorage.getItem(KEY); } catch { return null; }
}

function remember(person) {
  try {
    if (remembered() !== person) localStorage.setItem(KEY, person);
    sessionStorage.removeItem(SIGNED_OUT);
  } catch { /* Forbidden. */ }
}

/** Whether this tab just signed out; a session may also have ended by itself. */
function hasSignedOut() {
  try { return sessionStorage.getItem(SIGNED_OUT) !== null; } catch { return false; }
}

/** Whose page this is. On a page that is the same for everyone, a part of it may say so. */
const owner = () => page.user ?? document.querySelector("[data-user]")?.dataset.user;

function loadAgain() {
  document.body.hidden = true;
  location.reload();
}

function loadAgainForAnother() {
  if (owner() && owner() !== remembered()) loadAgain();
}

/** Delete copies of others, now that the page says who is here. */
function meet({ user, visitor }) {
  if (user) {
    // One after the other: what looks into a cache that was just deleted makes it anew.
    forgetCopies((person) => person !== user).then(forgetOldCopies);
    remember(user);
  } else if (visitor !== undefined) {
    forgetCopies(() => true);
    remember(hasSignedOut() ? SIGNED_OUT : "");
    for (const line of document.querySelectorAll("[data-unsent-here]")) line.hidden = !isAnyWaiting();
  }
}

if (isOld) loadAgainForAnother();
else meet(page);

document.addEventListener("htmx:load", ({ target }) => {
  if (target.id === "account-nav" && !page.user && page.visitor === undefined) meet(target.dataset);
});

addEventListener("pageshow", ({ persisted }) => persisted && loadAgainForAnother());

// A session that ended by itself does not take a page away from under its writer.
addEventListener("storage", ({ key, newValue }) => {
  if (key === KEY && newValue && owner() && newValue !== owner()) loadAgain();
});
