/**
 * Lists the briefs that are kept on this device (service-worker.js), on the page for what isn't.
 *
 *   <section data-kept-briefs hidden>…<ul></ul></section>   <a data-try-again>
 */
const section = document.querySelector("[data-kept-briefs]");

async function find() {
  const names = (await caches.keys()).filter((name) => name.startsWith("reading-"));
  const records = await Promise.all(names.map(async (name) => (
    (await caches.match("/kept-brief/", { cacheName: name }))?.json())));
  return records.filter(Boolean).sort((one, other) => other.opened - one.opened);
}

function row({ address, name }) {
  const item = document.createElement("li");
  item.append(Object.assign(document.createElement("a"), { href: address, textContent: name }));
  return item;
}

async function list() {
  const briefs = await find();
  section.hidden = !briefs.length;
  section.querySelector("ul").replaceChildren(
    ...briefs.flatMap(({ links }) => links).map(row),
  );
}

document.querySelector("[data-try-again]").href = location.href;
if (globalThis.caches) list();
