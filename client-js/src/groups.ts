import { GroupError } from "./errors.js";
import { report } from "./handlers.js";
import type { Link } from "./transport.js";

interface Membership {
  users: number;
  readonly joined: Promise<void>;
  settle: ((error?: GroupError) => void) | undefined;
}

/** The groups that a page wants to be in, through all reconnects: the server forgets them with each connection. */
export class Groups {
  readonly #wanted = new Map<string, Membership>();
  #link: Link | undefined;

  has(group: string): boolean {
    return this.#wanted.has(group);
  }

  /** Settles with the first answer of the server, which may have to be waited for. */
  join(group: string): Promise<void> {
    let membership = this.#wanted.get(group);
    if (!membership) {
      let settle: Membership["settle"];
      const joined = new Promise<void>((resolve, reject) => {
        settle = (error) => (error ? reject(error) : resolve());
      });
      membership = { users: 0, joined, settle };
      this.#wanted.set(group, membership);
      void this.#ask(group, membership);
    }
    membership.users++;
    return membership.joined;
  }

  leave(group: string): void {
    const membership = this.#wanted.get(group);
    if (membership && --membership.users === 0) {
      this.#forget(group, membership, new GroupError("given up", `The group ${group} was left.`));
      // Without a connection there is nothing to leave, and one that breaks now leaves it too.
      this.#link?.leave?.(group).catch(() => {});
    }
  }

  opened(link: Link): void {
    this.#link = link;
    for (const [group, membership] of this.#wanted) {
      void this.#ask(group, membership);
    }
  }

  dropped(): void {
    this.#link = undefined;
  }

  closed(): void {
    for (const [group, membership] of this.#wanted) {
      this.#forget(group, membership, new GroupError("given up", "The connection is closed."));
    }
  }

  async #ask(group: string, membership: Membership): Promise<void> {
    const link = this.#link;
    if (!link) {
      return;
    }
    try {
      if (!link.join) {
        throw new GroupError("unsupported", "This transport has no way to join a group.");
      }
      await link.join(group);
      membership.settle?.();
      membership.settle = undefined;
    } catch (error) {
      // Of a connection that has ended meanwhile nothing is known; the next one is asked again.
      if (error instanceof GroupError && this.#wanted.get(group) === membership) {
        this.#forget(group, membership, error);
      }
    }
  }

  #forget(group: string, membership: Membership, error: GroupError): void {
    this.#wanted.delete(group);
    if (membership.settle) {
      membership.settle(error);
      membership.settle = undefined;
    } else if (error.reason !== "given up") {
      // It was in the group over an earlier connection, so that nobody waits for this answer.
      report(error);
    }
  }
}
