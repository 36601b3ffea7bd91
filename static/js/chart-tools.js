/**
 * Enlarges a chart, and copies its numbers with their source.
 *
 *   <figure>…<div class="figure__box"><svg>…
 *     <span role="status"></span><button data-enlarge> <button data-copy-chart data-copied data-failed>
 *   <dialog id="enlarged"><button data-close> <div data-chart>
 *
 * Without this script, the table below the chart can be opened and selected.
 */
const dialog = document.getElementById("enlarged");

const said = (element) => element?.textContent.replace(/\s+/g, " ").trim();

/** A copy of a chart whose ids aren't in the page twice, without its buttons. */
function copyOf(figure) {
  const copy = figure.cloneNode(true);
  copy.querySelector(".figure__tools").remove();
  for (const named of copy.querySelectorAll("[aria-labelledby]")) {
    named.setAttribute("aria-label", said(document.getElementById(named.getAttribute("aria-labelledby"))));
    named.removeAttribute("aria-labelledby");
  }
  for (const one of [copy, ...copy.querySelectorAll("[id]")]) one.removeAttribute("id");
  // The list of sources is on the page below.
  const link = copy.querySelector(".figure__source a");
  link?.replaceWith(...link.childNodes);
  return copy;
}

function enlarge(button) {
  const figure = button.closest("figure");
  const copy = copyOf(figure);
  const title = said(figure.querySelector("figcaption"));
  const box = copy.querySelector(".figure__box");
  box.tabIndex = 0;
  box.setAttribute("role", "group");
  for (const named of [dialog, box]) named.setAttribute("aria-label", title);
  dialog.querySelector("[data-chart]").replaceChildren(copy);
  button.focus({ preventScroll: true });
  dialog.showModal();
}

/** The title, the rows with tabs between their cells, and the source with its address. */
function textOf(figure) {
  const rows = [...figure.querySelectorAll("tr")].map((row) => [...row.cells].map(said).join("\t"));
  const source = figure.querySelector(".figure__source");
  const listed = document.getElementById(source?.querySelector("a").hash.slice(1));
  const address = listed?.querySelector("a[rel]")?.href;
  return [
    said(figure.querySelector("figcaption")), said(figure.querySelector(".figure__measure")),
    ...rows, said(figure.querySelector(".figure__note")), said(source), address,
  ].filter(Boolean).join("\n");
}

async function copy(button) {
  const figure = button.closest("figure");
  const status = figure.querySelector("[role=status]");
  status.textContent = "";
  try {
    await navigator.clipboard.writeText(textOf(figure));
    status.textContent = button.dataset.copied;
  } catch {
    figure.querySelector("details").open = true;
    status.textContent = button.dataset.failed;
  }
}

if (dialog) {
  document.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-enlarge], [data-copy-chart]");
    if (button) ("enlarge" in button.dataset ? enlarge : copy)(button);
  });
  dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
}
