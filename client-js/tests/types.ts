// What the compiler must and must not let pass: checked with the other sources, never run.
import { PushBridge, type State } from "../src/index.js";
import { SharedPushBridge } from "../src/shared.js";

interface Progress {
  percent: string;
}

export async function typed(push: PushBridge<Progress>): Promise<string> {
  push.on("message", (payload, text) => payload.percent.concat(text));
  // @ts-expect-error: it has no such member.
  push.on("message", (payload) => payload.percentage);
  // @ts-expect-error: there is no such event.
  push.on("open", () => {});
  push.on("state", (state) => show(state));
  for await (const { percent } of push) {
    return percent;
  }
  // @ts-expect-error: somebody has to be named.
  new PushBridge("/", {});
  // @ts-expect-error: not both.
  new PushBridge("/", { uid: "u", token: () => "t" });
  // @ts-expect-error: whose token is it?
  new SharedPushBridge("/", { token: () => "t" });
  // @ts-expect-error: nothing says what the payload is.
  new PushBridge("/", { uid: 1 }).on("message", (payload) => payload.percent);
  return new SharedPushBridge<Progress>("/", { token: async () => "t", name: "uid1" }).state.name;
}

function show(state: State): string {
  switch (state.name) {
    case "connecting":
      return `${state.attempt}`;
    case "open":
      return state.transport;
    case "waiting":
      return `${state.delay} ${state.offline} ${state.code} ${state.reason}`;
    case "closed":
      return `${state.final}`;
  }
}
