/** Sends what a person changed, and asks for JSON. The server refuses it if someone else is signed
 *  in by now (`X-Person`). */
import { csrfToken } from "./token.js";

const PATIENCE = 20_000; // milliseconds to wait for a response

/** `person` is whose change it is, `body` its fields (URLSearchParams), or null for none. */
export const sendAs = (person, address, { method, body }) => fetch(address, {
  method,
  body,
  headers: { Accept: "application/json", "X-CSRFToken": csrfToken(), "X-Person": person },
  signal: AbortSignal.timeout(PATIENCE),
});
