/** The CSRF token that is valid now (docs.djangoproject.com, “Using CSRF protection with AJAX”); ""
 *  if the server set none. */
export const csrfToken = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? "";
