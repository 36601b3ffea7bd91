/**
 * Gives a form the CSRF token that is right at the moment it is sent.
 *
 *   <form method="post" data-fresh-token>
 *
 * Signing in, in another tab, changes the token; a page that was open before still holds
 * the old one. Without this script the server asks to send the form once more.
 */
document.addEventListener("submit", (event) => {
  const field = event.target.matches("[data-fresh-token]")
    && event.target.elements.namedItem("csrfmiddlewaretoken");
  const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
  if (field && token) {
    field.value = token;
  }
});
