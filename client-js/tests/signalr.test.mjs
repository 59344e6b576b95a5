// The official SignalR client for JavaScript against the real server, over each of its transports.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, afterEach, describe, test } from "node:test";
import * as signalR from "@microsoft/signalr";
import { Server } from "./server.mjs";

const { HttpTransportType, HubConnectionBuilder, LogLevel } = signalR;

const transports = [
  ["WebSockets", { transport: HttpTransportType.WebSockets }],
  ["WebSockets without negotiation", { transport: HttpTransportType.WebSockets, skipNegotiation: true }],
  ["ServerSentEvents", { transport: HttpTransportType.ServerSentEvents }],
  ["LongPolling", { transport: HttpTransportType.LongPolling }],
];

/** One client: its connection and what arrived as "message", in order. */
class Client {
  #messages = [];
  #waiting = [];
  reconnecting = 0;
  lostBecause;

  constructor(hubUrl, uid, options) {
    const url = uid === undefined ? hubUrl : `${hubUrl}?uid=${encodeURIComponent(uid)}`;
    this.connection = new HubConnectionBuilder()
      .withUrl(url, options)
      .withAutomaticReconnect([0, 0])
      .configureLogging(LogLevel.None)
      .build();
    this.connection.on("message", (...values) => {
      const taker = this.#waiting.shift();
      taker ? taker(values) : this.#messages.push(values);
    });
    this.connection.onreconnecting((error) => {
      this.reconnecting++;
      this.lostBecause = error;
    });
    this.closed = new Promise((resolve) => this.connection.onclose(resolve));
  }

  /** The next message: its only argument. */
  async next() {
    const values = this.#messages.shift() ?? (await within(new Promise((resolve) => this.#waiting.push(resolve))));
    assert.equal(values.length, 1, "a message has one argument");
    return values[0];
  }
}

function within(promise, milliseconds = 10_000) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing came within ${milliseconds} ms`)), milliseconds);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

const server = await Server.start();

test("the README's lines are what a client needs", async () => {
  const readme = await readFile(new URL("../../README.md", import.meta.url), "utf8");
  const [, code] = /```javascript\n([^`]*new signalR\.[^`]*)```/.exec(readme);
  const seen = new Promise((resolve) => {
    const lines = code.replaceAll("http://127.0.0.1:1234", server.url);
    // The statements await: they are a module's.
    const AsyncFunction = (async () => {}).constructor;
    new AsyncFunction("signalR", "console", `${lines}\nreturn connection;`)(signalR, { log: resolve }).then(async (connection) => {
      await server.online("uid1", 1);
      assert.equal(await server.push('{"uid":"uid1","percent":"88%"}'), "ok");
      seen.then(() => connection.stop());
    });
  });
  assert.equal(await within(seen), "88%");
});
after(async () => {
  assert.equal(await server.stop(), 0);
});

for (const [name, options] of transports) {
  describe(name, () => {
    let clients = [];

    afterEach(async () => {
      await Promise.all(clients.map((client) => client.connection.stop()));
      clients = [];
    });

    const open = async (uid) => {
      const client = new Client(server.hubUrl, uid, options);
      clients.push(client);
      await within(client.connection.start());
      return client;
    };

    test("a push arrives as the JSON value itself", async () => {
      const client = await open("value");
      await server.online("value", 1);
      const values = [
        { a: { b: [1, 2.5, null, { c: "é 😀" }] }, d: true },
        [1, "two", [3]],
        "text with \"quotes\" and \u001e",
        -1500.25,
        0,
        false,
        null,
        "",
        {},
      ];
      for (const data of values) {
        assert.equal(await server.push({ $cmd: "push", uid: "value", data }), "ok");
        assert.deepEqual(await client.next(), data);
      }
    });

    test("the seed's line arrives as an object", async () => {
      const client = await open("uid1");
      await server.online("uid1", 1);
      assert.equal(await server.push('{"uid":"uid1","percent":"88%"}'), "ok");
      assert.deepEqual(await client.next(), { uid: "uid1", percent: "88%" });
    });

    test("the uid may be said afterwards", async () => {
      const client = await open();
      assert.equal(await server.push({ uid: "later" }), "fail");
      await within(client.connection.invoke("Register", "later"));
      assert.equal(await server.push({ uid: "later" }), "ok");
      assert.deepEqual(await client.next(), { uid: "later" });
    });

    test("both connections of a uid get every message", async () => {
      const [first, second] = await Promise.all([open("tabs"), open("tabs")]);
      await server.online("tabs", 2);
      assert.equal(await server.push({ uid: "tabs", n: 1 }), "ok");
      assert.deepEqual(await first.next(), { uid: "tabs", n: 1 });
      assert.deepEqual(await second.next(), { uid: "tabs", n: 1 });

      await first.connection.stop();
      await server.online("tabs", 1);
      assert.equal(await server.push({ uid: "tabs", n: 2 }), "ok");
      assert.deepEqual(await second.next(), { uid: "tabs", n: 2 });
    });

    test("a client that stopped is offline", async () => {
      const client = await open("gone");
      await server.online("gone", 1);
      await client.connection.stop();
      await server.online("gone", 0);
      assert.equal(await server.push({ uid: "gone" }), "fail");
    });

    test("an unknown method is an error to the caller and nothing else", async () => {
      const client = await open("caller");
      await server.online("caller", 1);
      await assert.rejects(within(client.connection.invoke("Dance")), /Dance/);
      assert.equal(await server.push({ uid: "caller" }), "ok");
      assert.deepEqual(await client.next(), { uid: "caller" });
    });

    test("a thousand pushes arrive in order", async () => {
      const client = await open("order");
      await server.online("order", 1);
      const lines = Array.from({ length: 1000 }, (_, n) => ({ uid: "order", n }));
      const replies = await server.pushAll(lines);
      assert.ok(replies.every((reply) => reply === "ok"));
      for (const line of lines) {
        assert.deepEqual(await client.next(), line);
      }
    });

    test("a bad uid is refused for good", async () => {
      const client = await open();
      await assert.rejects(within(client.connection.invoke("Register", "a\nb")));
      assert.match(String(await within(client.closed)), /4400/);
      assert.equal(client.reconnecting, 0);
    });

    // Over server-sent events the client itself may miss a refusal that comes while it is still starting.
    if (options.transport !== HttpTransportType.ServerSentEvents) {
      test("a bad uid in the query is refused for good", async () => {
        const client = new Client(server.hubUrl, "a\nb", options);
        clients.push(client);
        // The refusal comes before start() has settled, which then fails with it, or right after.
        const start = client.connection.start().then(
          () => client.closed,
          (refusal) => refusal,
        );
        assert.match(String(await within(start)), /4400/);
        assert.equal(client.reconnecting, 0);
      });
    }

    test("a kicked client is told so and does not come back", async () => {
      const client = await open("kicked");
      await server.online("kicked", 1);
      assert.equal(await server.push({ $cmd: "kick", uid: "kicked" }), "ok");
      assert.match(String(await within(client.closed)), /4411/);
      assert.equal(client.reconnecting, 0);
    });
  });

  test(`${name}: a server that stops ends the connection cleanly`, async () => {
    const stopping = await Server.start();
    const client = new Client(stopping.hubUrl, "drain", options);
    await within(client.connection.start());
    await stopping.online("drain", 1);

    assert.equal(await within(stopping.stop()), 0);

    // The client was told why and that it may come back, found nobody there, and gave up.
    await within(client.closed);
    assert.match(String(client.lostBecause), /1001/);
    assert.equal(client.reconnecting, 1);
    assert.equal(client.connection.state, "Disconnected");
  });
}
