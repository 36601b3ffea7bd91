/**
 * Sends one mark to the server. Sending it again changes nothing.
 *
 * Where offline/send-marks.js runs, it saves the mark on this device first, and sends it when it can.
 */
const PATIENCE = 20_000; // milliseconds to wait for a response

const token = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? "";

async function sendNow({ address, method, body = null }) {
  const person = document.querySelector("[data-user]").dataset.user;
  try {
    const response = await fetch(address, {
      method,
      body,
      headers: { Accept: "application/json", "X-CSRFToken": token(), "X-Person": person },
      signal: AbortSignal.timeout(PATIENCE),
    });
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
