// The real server in a process of its own, and a backend that pushes to it over the text port.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { registerSettings, shouldNotBeIn } from "./known-secrets.mjs";

const dll =
  process.env.PUSHBRIDGE_SERVER ??
  fileURLToPath(
    new URL("../../src/PushBridge.Server/bin/Debug/net10.0/PushBridge.Server.dll", import.meta.url),
  );

export class Server {
  #process;
  #log = [];
  #urls;
  #backend;

  /**
   * @param {{ port?: string, settings?: Record<string, string> }} options - `port` is where clients connect, a free one unless
   *   given; `settings` are such as `{ Clients__MaxConnections: "1" }`.
   */
  static async start({ port = "0", settings = {} } = {}) {
    const listen = ["--clients", `127.0.0.1:${port}`, "--text", "127.0.0.1:0", "--http", "127.0.0.1:0"];
    const env = { ...process.env };
    for (const [name, value] of Object.entries(settings)) {
      env[`PushBridge__${name}`] = value;
    }
    registerSettings(settings);
    const child = spawn("dotnet", [dll, "serve", ...listen], { env, stdio: ["ignore", "pipe", "pipe"] });
    const log = record(child);
    const server = await Server.at(await banner(child));
    server.#process = child;
    server.#log = log;
    return server;
  }

  /** One that somebody else has started, and stops. */
  static async at(urls) {
    const server = new Server();
    server.#urls = urls;
    server.#backend = await Backend.connect(urls.text);
    return server;
  }

  get urls() {
    return this.#urls;
  }

  /** Where clients connect: an http URL. */
  get url() {
    return this.#urls.clients;
  }

  /** Where operators look, without a slash at the end. */
  get httpUrl() {
    return this.#urls.http;
  }

  get port() {
    return new URL(this.url).port;
  }

  get hubUrl() {
    return new URL("/hub", this.#urls.clients).href;
  }

  /** Sends one line to the text port and gives the reply line. */
  push(line) {
    return this.#backend.ask(typeof line === "string" ? line : JSON.stringify(line));
  }

  pushAll(lines) {
    return Promise.all(lines.map((line) => this.push(line)));
  }

  /** Waits until the uid has that many connections. */
  async online(uid, connections) {
    const deadline = Date.now() + 10_000;
    for (;;) {
      const reply = JSON.parse(await this.push({ $cmd: "online", uid }));
      if (reply.online[uid] === connections) {
        return;
      }
      if (Date.now() > deadline) {
        throw new Error(`${uid} has ${reply.online[uid]} connections instead of ${connections}`);
      }
    }
  }

  /** Ends the server without giving it a chance to say goodbye. */
  async kill() {
    await this.#end("SIGKILL");
  }

  /** Asks the server to stop, as a service manager does, and gives its exit code. Throws when a secret is in its log. */
  async stop() {
    this.#backend.end();
    if (this.#process?.exitCode === null && this.#process.signalCode === null) {
      await this.#end("SIGTERM");
    }
    return this.#process?.exitCode;
  }

  async #end(signal) {
    // Not "exit": what it wrote last may still be on its way then.
    const closed = once(this.#process, "close");
    this.#process.kill(signal);
    await closed;
    shouldNotBeIn(this.#log);
  }
}

class Backend {
  #socket;
  #waiting = [];

  static async connect(url) {
    const { hostname, port } = new URL(url);
    const backend = new Backend();
    backend.#socket = connect({ host: hostname, port: Number(port), noDelay: true });
    backend.#socket.on("error", () => {});
    backend.#socket.on("close", () => backend.#fail());
    createInterface({ input: backend.#socket }).on("line", (line) => backend.#waiting.shift()?.resolve(line));
    await once(backend.#socket, "connect");
    return backend;
  }

  ask(line) {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#socket.write(`${line}\n`);
    });
  }

  end() {
    this.#socket.end();
  }

  #fail() {
    for (const { reject } of this.#waiting.splice(0)) {
      reject(new Error("the text port closed without a reply"));
    }
  }
}

/** The lines that the server writes, as they come; its errors are also shown. */
function record(child) {
  const log = [];
  createInterface({ input: child.stdout }).on("line", (line) => log.push(line));
  createInterface({ input: child.stderr }).on("line", (line) => {
    log.push(line);
    process.stderr.write(`${line}\n`);
  });
  return log;
}

function banner(child) {
  return new Promise((resolve, reject) => {
    const urls = {};
    const lines = createInterface({ input: child.stdout });
    lines.on("line", (line) => {
      const found = /^ {2}(clients|text|http) +(\S+:\/\/\S+)$/.exec(line);
      if (found) {
        urls[found[1]] = found[2];
      }
      if (urls.clients && urls.text && urls.http) {
        resolve(urls);
      }
    });
    child.once("exit", (code) => reject(new Error(`the server ended with exit code ${code} before its banner`)));
  });
}
