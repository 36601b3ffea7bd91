/**
 * Adds and removes rows and columns of a chart's numbers without loading the page again.
 *
 *   <form><fieldset id="numbers">… <button name="do" value="add-row">…
 *
 * The server makes the table from the form, as it does without a script.
 */
const PATIENCE = 20_000; // milliseconds to wait for a response

async function change(button) {
  const { form } = button;
  const body = new FormData(form);
  body.append(button.name, button.value);
  const signal = AbortSignal.timeout(PATIENCE);
  const response = await fetch(location.href, { method: "POST", body, signal });
  if (!response.ok || response.redirected) throw new Error(String(response.status));
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const table = document.adoptNode(page.getElementById("numbers"));
  const old = document.getElementById("numbers");
  table.querySelector("details").open = old.querySelector("details").open && button.value !== "fill";
  old.replaceWith(table);
  (table.querySelector("[autofocus]") ?? table.querySelector("input")).focus();
  form.dispatchEvent(new Event("input", { bubbles: true }));
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("#numbers button[name=do]");
  if (!button) return;
  event.preventDefault();
  // If the network or the session is gone, the browser sends the form and shows why.
  change(button).catch(() => {
    const again = document.createElement("input");
    Object.assign(again, { type: "hidden", name: button.name, value: button.value });
    button.form.append(again);
    button.form.submit();
  });
});
