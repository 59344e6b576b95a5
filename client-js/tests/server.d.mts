/** The types of server.mjs. */
export interface Urls {
  clients: string;
  text: string;
  http: string;
}

export class Server {
  static start(options?: { port?: string; settings?: Record<string, string> }): Promise<Server>;
  static at(urls: Urls): Promise<Server>;
  readonly urls: Urls;
  readonly url: string;
  readonly httpUrl: string;
  readonly port: string;
  readonly hubUrl: string;
  push(line: unknown): Promise<string>;
  pushAll(lines: unknown[]): Promise<string[]>;
  online(uid: string, connections: number): Promise<void>;
  kill(): Promise<void>;
  stop(): Promise<number | null | undefined>;
}
