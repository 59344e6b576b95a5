/** What `<script src="…/pushbridge.js">` makes of the global name PushBridge. */
export { PushBridge as default } from "./pushbridge.js";
