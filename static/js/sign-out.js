/**
 * Signing out deletes what this browser keeps of a person. If something is only here, it asks.
 *
 *   <form method="post" data-signs-out>
 *     <button type="submit" data-plain>
 *     <section data-unsent hidden>
 *       <li data-count="waiting">… <b></b></li> <li data-count="unfinished">… <b></b></li>
 *       <button type="button" data-send> <button type="submit" name="keep"> <button type="submit"
 *       name="discard">
 *       <p role="status"><span data-said="sending" hidden>…</span> …</p>
 *     </section>
 *   </form>
 *
 * Without this script, signing out works too, and what was typed stays.
 */
import { forgetCopies, forgetTyped, unsentOf, waitingPlaces } from "./kept-here.js";
import { openBox } from "./offline/box.js";
import { alone, entriesIn, send, take } from "./offline/sending.js";

const form = document.querySelector("[data-signs-out]");
const question = form.querySelector("[data-unsent]");
const sendButton = question.querySelector("[data-send]");
const { user } = document.documentElement.dataset;

const isAllSent = ({ waiting, unfinished }) => waiting + unfinished === 0;

/** Show how much is only here, and what can be done with it. */
function ask() {
  const unsent = unsentOf(user);
  question.hidden = isAllSent(unsent);
  form.querySelector("[data-plain]").hidden = !question.hidden;
  for (const [name, number] of Object.entries(unsent)) {
    const line = question.querySelector(`[data-count=${name}]`);
    line.hidden = number === 0;
    line.querySelector("b").textContent = number;
  }
  sendButton.hidden = unsent.waiting === 0;
  return unsent;
}

/** Show one of the sentences about sending. */
function say(what) {
  for (const sentence of question.querySelectorAll("[data-said]")) {
    sentence.hidden = sentence.dataset.said !== what;
  }
}

/** Send what waits in one place (offline/box.js), until something can't be sent now. */
async function sendFrom(place) {
  const box = openBox(user, place);
  await alone(user, place, {}, async () => {
    for (let [head] = entriesIn(box); head; [head] = entriesIn(box)) {
      const { key, ...entry } = head;
      const answer = await send(entry, user, location.href);
      if (!answer.status) return;
      take(box, key, entry, answer);
    }
  });
}

let isSending = false;

async function sendAll() {
  if (isSending) return;
  isSending = true;
  say("sending");
  for (const place of waitingPlaces(user)) await sendFrom(place);
  isSending = false;
  const unsent = ask();
  if (isAllSent(unsent)) form.requestSubmit();
  else say(unsent.waiting ? "failed" : "unfinished");
  if (sendButton.hidden) question.querySelector("[name=keep]").focus();
}

form.addEventListener("submit", (event) => {
  const decision = event.submitter?.name;
  if (!["keep", "discard"].includes(decision) && !isAllSent(ask())) {
    event.preventDefault(); // Another tab has saved something since.
    return;
  }
  forgetCopies(() => true);
  if (decision !== "keep") forgetTyped(user);
  // The next page tells other tabs (who-is-here.js).
  try { sessionStorage.setItem("signed-out", "1"); } catch { /* Forbidden. */ }
});

sendButton.addEventListener("click", sendAll);
ask();
