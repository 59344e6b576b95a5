import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";

/** A TCP proxy in front of a server: the network between the two, which a test may cut or reset. */
export class Proxy {
  readonly #listener: Server;
  readonly #pairs = new Set<[Socket, Socket]>();
  #cut = false;
  #stopped = false;
  /** How many connections have come. */
  accepted = 0;

  static async start(target: string): Promise<Proxy> {
    const proxy = new Proxy(Number(new URL(target).port));
    await new Promise<void>((resolve) => proxy.#listener.listen(0, "127.0.0.1", resolve));
    return proxy;
  }

  private constructor(port: number) {
    this.#listener = createServer((near) => {
      this.accepted++;
      if (this.#stopped) {
        near.destroy();
        return;
      }
      const far = connect(port, "127.0.0.1");
      const pair: [Socket, Socket] = [near, far];
      this.#pairs.add(pair);
      for (const [from, to] of [pair, [far, near]] as const) {
        from.on("data", (bytes) => this.#cut || to.write(bytes));
        from.on("error", () => {});
        from.on("close", () => {
          // A cut network carries no goodbyes either.
          if (!this.#cut) {
            this.#pairs.delete(pair);
            to.destroy();
          }
        });
      }
    });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#listener.address() as AddressInfo).port}`;
  }

  get connections(): number {
    return this.#pairs.size;
  }

  /** From now on nothing gets through, and nobody is told. */
  cut(): void {
    this.#cut = true;
  }

  /** What comes from now on gets through again; the connections of before are lost. */
  mend(): void {
    this.#cut = false;
    this.drop();
  }

  /** Breaks all connections off. */
  drop(): void {
    for (const [near, far] of this.#pairs) {
      near.resetAndDestroy();
      far.destroy();
    }
    this.#pairs.clear();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.drop();
    await new Promise((resolve) => this.#listener.close(resolve));
  }
}
