/**
 * Of several answers that replace the same part of the page, shows only the last that arrives.
 *
 * An earlier one lacks what the others save. It also removes the element that htmx would replace
 * with the next one.
 */
const underWay = new Map(); // each request: the part it replaces

document.addEventListener("htmx:beforeSend", ({ detail: { target, xhr } }) => {
  underWay.set(xhr, target);
});

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  underWay.delete(detail.xhr);
  if ([...underWay.values()].includes(detail.target)) detail.shouldSwap = false;
});

document.addEventListener("htmx:afterRequest", ({ detail: { xhr } }) => underWay.delete(xhr));
