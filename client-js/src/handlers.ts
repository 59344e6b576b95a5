/** The handlers of one event, called in the order they came. */
export class Handlers<A extends unknown[]> {
  readonly #entries = new Set<{ readonly handler: (...values: A) => void }>();

  /** Gives the function that takes the handler away again. */
  add(handler: (...values: A) => void): () => void {
    const entry = { handler };
    this.#entries.add(entry);
    return () => void this.#entries.delete(entry);
  }

  /** What a handler throws goes where uncaught errors go, and keeps nobody else from being called. */
  call(...values: A): void {
    for (const entry of [...this.#entries]) {
      if (this.#entries.has(entry)) {
        try {
          entry.handler(...values);
        } catch (error) {
          report(error);
        }
      }
    }
  }
}

/** As EventTarget does with the errors of its listeners. */
export function report(error: unknown): void {
  if (typeof reportError === "function") {
    reportError(error);
  } else {
    queueMicrotask(() => {
      throw error;
    });
  }
}
