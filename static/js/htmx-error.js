/**
 * Sends a form as it would be without htmx, when htmx could not.
 *
 * So a session that has ended, or a line that is down, shows a page that says so, in place
 * of a button that does nothing. A form that was refused (409, 422) is no failure: the answer
 * is the form with its errors, and is put in its place (`htmx-config` in base.html).
 */
for (const failure of ["htmx:responseError", "htmx:sendError"]) {
  document.addEventListener(failure, ({ target }) => target.closest("form[method=post]")?.submit());
}
