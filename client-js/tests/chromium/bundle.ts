/** What the tests in a browser want of the package and of SignalR, as one script. */
export { HttpTransportType } from "@microsoft/signalr";
export { PushBridge, raw } from "../../src/index.js";
export { auto, signalr } from "../../src/signalr.js";
export { SharedPushBridge } from "../../src/shared.js";
