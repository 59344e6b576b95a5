import type { PushBridge } from "./pushbridge.js";

interface Waiting<T> {
  resolve(result: IteratorResult<T, undefined>): void;
  reject(error: Error): void;
}

/** The messages of a connection, one after the other; at most `limit` wait for the reader. */
export function messagesOf<T>(source: Pick<PushBridge<T>, "on" | "state">, limit: number): AsyncIterableIterator<T> {
  const buffered: T[] = [];
  const waiting: Waiting<T>[] = [];
  let overrun: Error | undefined;
  let ended = source.state.name === "closed";

  const end = () => {
    ended = true;
    stopMessages();
    stopStates();
    for (const { resolve } of waiting.splice(0)) {
      resolve({ done: true, value: undefined });
    }
  };
  const stopMessages = source.on("message", (payload) => {
    const reader = waiting.shift();
    if (reader) {
      reader.resolve({ done: false, value: payload });
    } else if (buffered.length < limit) {
      buffered.push(payload);
    } else {
      overrun = new RangeError(`More than ${limit} messages were waiting to be read.`);
      end();
    }
  });
  const stopStates = source.on("state", ({ name }) => {
    if (name === "closed") {
      end();
    }
  });
  if (ended) {
    end();
  }

  return {
    next: () =>
      new Promise((resolve, reject) => {
        if (buffered.length > 0) {
          resolve({ done: false, value: buffered.shift() as T });
        } else if (overrun) {
          const error = overrun;
          overrun = undefined;
          reject(error);
        } else if (ended) {
          resolve({ done: true, value: undefined });
        } else {
          waiting.push({ resolve, reject });
        }
      }),
    return: () => {
      buffered.length = 0;
      overrun = undefined;
      end();
      return Promise.resolve({ done: true, value: undefined });
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
