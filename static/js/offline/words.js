/**
 * What the scripts of this folder show: templates, and single sentences, of the page /offline/
 * (templates/circles/offline.html), which is kept on the device.
 */
const ADDRESS = "/offline/";
let page = null;

async function load() {
  const kept = await globalThis.caches?.match(ADDRESS, { ignoreVary: true });
  const response = kept ?? await fetch(ADDRESS);
  return new DOMParser().parseFromString(await response.text(), "text/html");
}

async function find(id) {
  page ??= load();
  try {
    return (await page).getElementById(id);
  } catch (fault) {
    page = null; // The next one who asks tries again.
    throw fault;
  }
}

/** The element in a template, to be put into this page. */
export const made = async (id) => (
  document.importNode((await find(id)).content, true).firstElementChild);

/** The sentences, by name. */
export const sentences = async () => ({ ...(await find("offline-sentences")).dataset });

/** A sentence with a number filled in. */
export const say = (sentence, number) => sentence.replace("%d", number);
