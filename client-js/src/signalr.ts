/** The entry point `pushbridge/signalr`: the transports that need the package `@microsoft/signalr`. */
export { auto } from "./auto.js";
export { signalr, type SignalROptions } from "./signalr-transport.js";
