/** What a page or a worker tells about the network; elsewhere, as in Node.js, nothing does. */

const loopback = /^(localhost|127\.[\d.]+|\[::1\])$/;

/** Whether an attempt is pointless now. A server on the same machine can be reached without a network. */
export function isOffline(url: URL): boolean {
  return globalThis.navigator?.onLine === false && !loopback.test(url.hostname);
}

/** Calls back when the network came or went, and when the page was brought to the front. Gives the function that ends this. */
export function watch(changed: () => void): () => void {
  const page = globalThis.document as Document | undefined;
  const shown = () => {
    if (page?.visibilityState === "visible") {
      changed();
    }
  };
  globalThis.addEventListener?.("online", changed);
  globalThis.addEventListener?.("offline", changed);
  page?.addEventListener("visibilitychange", shown);
  return () => {
    globalThis.removeEventListener?.("online", changed);
    globalThis.removeEventListener?.("offline", changed);
    page?.removeEventListener("visibilitychange", shown);
  };
}
