/**
 * Undoes without a new entry in the history, so that Back never leads to the same page twice.
 *
 *   <form method="post" action="/…/read/history/" data-goes-back>
 *     <button name="undo" value="on">
 *
 * On the page that the form is about, it's loaded again. On the page after it, it leads back there.
 * Without this script, the answer to the form leads there, too.
 */
document.addEventListener("submit", async (event) => {
  const { target: form, submitter } = event;
  if (!form.matches("[data-goes-back]") || submitter?.name !== "undo" || "tried" in form.dataset) return;
  const about = new URL(form.action).pathname;
  const isHere = location.pathname === about;
  if (!isHere && !(document.referrer && new URL(document.referrer).pathname === about)) return;
  event.preventDefault();
  const body = new FormData(form);
  body.append(submitter.name, submitter.value);
  const sent = { method: "POST", body, redirect: "manual" };
  const answer = await fetch(form.action, sent).catch(() => null);
  if (answer?.type !== "opaqueredirect") {
    // The browser says what's wrong.
    form.dataset.tried = "";
    form.requestSubmit(submitter);
  } else if (isHere) location.reload();
  else history.back();
});
