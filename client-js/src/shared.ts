/** The entry point `pushbridge/shared`: one socket for all tabs of a browser. */
export { SharedPushBridge, type SharedIdentity, type SharedOptions } from "./shared-pushbridge.js";
