/**
 * Highlights the section being read in the table of contents.
 *
 *   <nav data-contents-follow><details><a href="#history">…
 *   <h2 id="history">
 *
 * On a wide screen the contents are beside the text and stay open. On a phone they cover the
 * text, and close after a choice.
 */
const contents = document.querySelector("[data-contents-follow]");
const links = new Map(
  [...(contents?.querySelectorAll("a[href^='#']") ?? [])].map((link) => [link.hash.slice(1), link]),
);
const headings = [...links.keys()].map((id) => document.getElementById(id)).filter(Boolean);

function follow() {
  const line = innerHeight * 0.3;
  const passed = headings.filter((heading) => heading.getBoundingClientRect().top <= line);
  const current = links.get((passed.at(-1) ?? headings[0])?.id);
  for (const link of links.values()) {
    if (link !== current) link.removeAttribute("aria-current");
  }
  if (current && !current.hasAttribute("aria-current")) {
    current.setAttribute("aria-current", "true");
    const { offsetTop, offsetHeight } = current;
    const box = contents;
    if (offsetTop < box.scrollTop || offsetTop + offsetHeight > box.scrollTop + box.clientHeight) {
      box.scrollTop = offsetTop - box.clientHeight / 2;
    }
  }
}

const fold = contents?.querySelector("details");
const isBeside = matchMedia("(min-width: 60rem)");

if (headings.length) {
  if (fold) fold.open = isBeside.matches;
  let waiting = false;
  addEventListener("scroll", () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; follow(); });
  }, { passive: true });
  contents.addEventListener("click", (event) => {
    if (event.target.closest("a") && fold && !isBeside.matches) fold.open = false;
  });
  follow();
}
