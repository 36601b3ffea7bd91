/**
 * Sends one mark to the server. Sending it again changes nothing.
 */
const PATIENCE = 20_000; // milliseconds to wait for a response

const token = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? "";

/**
 * Gives {status, json}: status 0 if the server wasn't reached; json null if it sent none.
 *
 * `address` is the mark's own, `method` PUT or DELETE, `body` its fields (URLSearchParams).
 */
export async function sendMark({ address, method, body = null }) {
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
