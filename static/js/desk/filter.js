/**
 * Shows only what has the typed words, in a list to pick from.
 *
 *   <p hidden><input type="search" data-filter-for="id_source"></p> <select id="id_source">…
 *   <details> <p hidden><input type="search" data-filter-rows></p> <ul><li>…</ul> </details>
 *
 * What is chosen stays in a select.
 */
const FILTERS = "[data-filter-for], [data-filter-rows]";
for (const field of document.querySelectorAll(FILTERS)) field.closest("[hidden]").hidden = false;

function rowsOf(field) {
  const select = document.getElementById(field.dataset.filterFor);
  return select ? [...select.options] : [...field.closest("details").querySelectorAll("li")];
}

document.addEventListener("input", ({ target }) => {
  if (!target.matches(FILTERS)) return;
  const words = target.value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const row of rowsOf(target)) {
    const text = row.textContent.toLowerCase();
    row.hidden = !row.selected && row.value !== "" && !words.every((word) => text.includes(word));
  }
});

// Enter would send the form that the filter is in.
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches(FILTERS)) event.preventDefault();
});
