/**
 * Sends one mark to the server. Sending it again changes nothing.
 *
 * Where offline/send-marks.js runs, it saves the mark on this device first, and sends it when it can.
 */
import { sendAs } from "../send-as.js";

async function sendNow({ address, method, body = null }) {
  const person = document.querySelector("[data-user]").dataset.user;
  try {
    const response = await sendAs(person, address, { method, body });
    return { status: response.status, json: await response.json().catch(() => null) };
  } catch {
    return { status: 0, json: null };
  }
}

/**
 * Gives {status, json}: status 0 if the server wasn't reached, or 202 if the mark is saved on this
 * device until it is; json null if the server sent none.
 *
 * `address` is the mark's own, `method` PUT or DELETE, `body` its fields (URLSearchParams).
 */
export const sendMark = (mark) => new Promise((answer) => {
  const event = new CustomEvent("send-mark", { cancelable: true, detail: { ...mark, answer } });
  if (document.dispatchEvent(event)) sendNow(mark).then(answer);
});
