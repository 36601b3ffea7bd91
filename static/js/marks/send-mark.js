/**
 * Sends a mark in a brief: `PUT` or `DELETE` of its address, with a form as `body`. Gives
 * {status, json} of the answer, and status 0 if there's none.
 *
 * Where offline/send-marks.js runs, it takes the mark first, saves it on this device, and sends it
 * when it can. Then status 0 says that it's saved here, and will be sent.
 */
const token = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? "";

async function sendNow({ address, method, body }) {
  const headers = { Accept: "application/json", "X-CSRFToken": token() };
  const { user } = document.querySelector("[data-user]")?.dataset ?? {};
  if (user) headers["X-Person"] = user;
  try {
    const response = await fetch(address, { method, body: new URLSearchParams(body ?? ""), headers });
    return { status: response.status, json: await response.json().catch(() => ({})) };
  } catch {
    return { status: 0, json: {} };
  }
}

export const sendMark = (mark) => new Promise((answer) => {
  const event = new CustomEvent("send-mark", { cancelable: true, detail: { ...mark, answer } });
  if (document.dispatchEvent(event)) sendNow(mark).then(answer);
});
