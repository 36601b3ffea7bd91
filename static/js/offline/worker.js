/** The service worker, which keeps pages and serves them offline (service-worker.js). */
const ADDRESS = "/service-worker.js";

/** Register it if it isn't yet, and send it a message. Rejects where there can be none: without
 *  https, or if the browser forbids it. */
export async function tellWorker(message, ports = []) {
  const registration = await navigator.serviceWorker.register(ADDRESS, { scope: "/" });
  await navigator.serviceWorker.ready;
  registration.active.postMessage(message, ports);
}

/** The same with a message that it answers. */
export async function askWorker(message) {
  const { port1, port2 } = new MessageChannel();
  const answer = new Promise((resolve) => {
    port1.addEventListener("message", ({ data }) => resolve(data));
    port1.start();
  });
  await tellWorker(message, [port2]);
  return answer;
}
