/**
 * Puts the current CSRF token into a form when it is sent.
 *
 *   <form method="post" data-fresh-token>
 *
 * Signing in in another tab changes the token, and a page that was open before still has the
 * old one. Without this script, the server asks to send the form again.
 */
import { csrfToken } from "./token.js";

document.addEventListener("submit", (event) => {
  const field = event.target.matches("[data-fresh-token]")
    && event.target.elements.namedItem("csrfmiddlewaretoken");
  const token = csrfToken();
  if (field && token) {
    field.value = token;
  }
});
