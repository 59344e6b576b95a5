/** Why a group could not be joined. */
export type GroupErrorReason =
  /** The server does not let clients into this group. */
  | "refused"
  /** The transport has no way to ask for it: the raw WebSocket only receives. */
  | "unsupported"
  /** The connection was closed, or the group left, before the server had answered. */
  | "given up";

export class GroupError extends Error {
  readonly reason: GroupErrorReason;

  constructor(reason: GroupErrorReason, message: string) {
    super(message);
    this.name = "GroupError";
    this.reason = reason;
  }
}
