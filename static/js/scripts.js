/** Adds a module to the page, by its address, and gives its element. */
export function loadScript(address) {
  const script = Object.assign(document.createElement("script"), { type: "module", src: address });
  document.head.append(script);
  return script;
}
