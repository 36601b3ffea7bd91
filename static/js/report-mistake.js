/**
 * Takes the words that a reader selected along to the form for reporting a mistake.
 *
 *   <article><p>…</p> <a data-report-mistake href="…/mistake/">Report a mistake</a></article>
 *
 * The last selection counts, as a tap on the link may end it.
 */
const LONGEST = 1000; // characters; an address can't be of any length
const link = document.querySelector("[data-report-mistake]");

if (link) {
  document.addEventListener("selectionchange", () => {
    const selection = getSelection();
    const words = String(selection).trim().slice(0, LONGEST);
    if (!words || !link.closest("article").contains(selection.anchorNode)) return;
    const address = new URL(link.href);
    address.searchParams.set("quote", words);
    link.href = address.href;
  });
}
