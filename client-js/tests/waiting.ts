import type { Clock, PushBridge, State } from "../src/index.js";

/** The connection's state as soon as it has that name. */
export function reached<N extends State["name"]>(
  bridge: PushBridge<any>,
  name: N,
  milliseconds = 10_000,
): Promise<Extract<State, { name: N }>> {
  return new Promise((resolve, reject) => {
    const check = (state: State) => {
      if (state.name === name) {
        clearTimeout(timer);
        off();
        resolve(state as Extract<State, { name: N }>);
      }
    };
    const timer = setTimeout(() => {
      off();
      reject(new Error(`still ${JSON.stringify(bridge.state)} instead of ${name} after ${milliseconds} ms`));
    }, milliseconds);
    const off = bridge.on("state", check);
    check(bridge.state);
  });
}

/** The next message of an iterator. */
export async function next<T>(iterator: AsyncIterator<T, undefined>, milliseconds = 10_000): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no message within ${milliseconds} ms`)), milliseconds);
  });
  const result = await Promise.race([iterator.next(), late]).finally(() => clearTimeout(timer));
  if (result.done) {
    throw new Error("the connection is closed");
  }
  return result.value;
}

export async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!(await condition())) {
    if (Date.now() > deadline) {
      throw new Error(`not within 10 s: ${what}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Time that passes faster for the package than for the server and the test. */
export function fastClock(factor: number): Clock {
  return {
    now: () => performance.now() * factor,
    setTimeout: (callback, milliseconds) => setTimeout(callback, milliseconds / factor),
    clearTimeout: (timer) => clearTimeout(timer as ReturnType<typeof setTimeout>),
  };
}
