/** The entry point `pushbridge`. */
export type { Clock } from "./clock.js";
export { closeCodes, type CloseCode } from "./close-codes.js";
export { GroupError, type GroupErrorReason } from "./errors.js";
export type { Events, Identity, Options, Settings, State } from "./options.js";
export { PushBridge } from "./pushbridge.js";
export { raw } from "./raw.js";
export type { Attempt, Link, LinkEvents, Socket, SocketConstructor, Transport } from "./transport.js";
