/**
 * When htmx fails to send a form, sends it without htmx.
 *
 * So when the session has ended or the network is down, people see a page that says so, not a
 * button that does nothing. A refused form (409, 422) is no failure: htmx shows the response,
 * which is the form with its errors (`htmx-config` in base.html).
 */
for (const failure of ["htmx:responseError", "htmx:sendError"]) {
  document.addEventListener(failure, ({ target }) => target.closest("form[method=post]")?.submit());
}
