import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createSafeFetch, isPublic } from "../../../engine/runtime/safe-fetch.ts";

interface Heard {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}
type Handler = (request: Heard, response: ServerResponse) => void;

// `first` and `second` are allowed; `hidden` is as private as any other address of this machine.
let first: Place;
let second: Place;
let hidden: Place;
let outbound: ReturnType<typeof createSafeFetch>;

beforeAll(async () => {
  [first, second, hidden] = await Promise.all([place(), place(), place()]);
  outbound = createSafeFetch({ allowedOrigins: [first.url, second.url] });
});
beforeEach(() => {
  for (const each of [first, second, hidden]) each.heard.length = 0;
});
afterAll(async () => {
  await outbound.close();
  for (const each of [first, second, hidden]) each.close();
});

describe("[S7] which addresses are public", () => {
  test.each(["8.8.8.8", "1.1.1.1", "172.32.0.1", "100.128.0.1", "192.169.0.1", "223.255.255.255"])(
    "%s is",
    (address) => {
      expect(isPublic(address)).toBe(true);
    },
  );

  test.each(["2606:4700:4700::1111", "2a00:1450:4003:80d::200e", "2001:4860:4860::8888"])(
    "%s is",
    (address) => {
      expect(isPublic(address)).toBe(true);
    },
  );

  test.each([
    "0.0.0.0",
    "10.0.0.1",
    "100.64.0.1",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.8",
    "192.0.2.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
  ])("%s is not", (address) => {
    expect(isPublic(address)).toBe(false);
  });

  test.each([
    "::",
    "::1",
    "::127.0.0.1",
    "::7f00:1",
    "::ffff:127.0.0.1",
    "::ffff:7f00:1",
    "::ffff:169.254.169.254",
    "64:ff9b::7f00:1",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fe80::1%lo",
    "fec0::1",
    "ff02::1",
  ])("%s is not", (address) => {
    expect(isPublic(address)).toBe(false);
  });

  test("what is no address at all is not", () => {
    expect(isPublic("example.com")).toBe(false);
    expect(isPublic("")).toBe(false);
  });
});

describe("[S7] what is refused before anything leaves", () => {
  test.each([
    ["as it is", "127.0.0.1"],
    ["in octal", "0177.0.0.1"],
    ["in hexadecimal", "0x7f.0.0.1"],
    ["as one number", "2130706433"],
    ["short", "127.1"],
    ["with a dot at its end", "127.0.0.1."],
    ["in full-width digits", "１２７.0.0.1"],
    ["as IPv6", "[::1]"],
    ["mapped into IPv6", "[::ffff:127.0.0.1]"],
    ["in the old compatible form", "[::127.0.0.1]"],
    ["by a name", "localhost"],
  ])("this machine %s: %s", async (_, host) => {
    await expect(outbound.fetch(`http://${host}:${hidden.port}/`)).rejects.toMatchObject({
      code: "FETCH_BLOCKED",
    });
    expect(hidden.heard).toEqual([]);
  });

  test("the message says what was asked for and why not", async () => {
    await expect(outbound.fetch("http://10.0.0.1/x")).rejects.toMatchObject({
      message: "http://10.0.0.1/x was not fetched: private addresses are not reached",
      details: { address: "http://10.0.0.1/x" },
    });
    await expect(outbound.fetch(`http://localhost:${hidden.port}/`)).rejects.toMatchObject({
      message: expect.stringMatching(/^localhost resolves to (127\.0\.0\.1|::1), a private address$/),
    });
  });

  test.each(["file:///etc/passwd", "ftp://example.com/", "data:text/plain,x", "javascript:1"])(
    "anything but http and https: %s",
    async (address) => {
      await expect(outbound.fetch(address)).rejects.toMatchObject({
        code: "FETCH_BLOCKED",
        message: expect.stringContaining("only http and https"),
      });
    },
  );

  test.each(["", "example.com/path", "http://", "http://256.256.256.256/"])(
    "what is no address: %j",
    async (address) => {
      await expect(outbound.fetch(address)).rejects.toMatchObject({
        code: "FETCH_BLOCKED",
        message: expect.stringContaining("is not an address"),
      });
    },
  );

  test("another port of an allowed origin", async () => {
    await expect(outbound.fetch(hidden.url)).rejects.toMatchObject({ code: "FETCH_BLOCKED" });
  });
});

describe("what comes back", () => {
  test("status, headers and text of the answer, whatever the status", async () => {
    first.answer((_, response) => {
      response.writeHead(404, { "x-kind": "none", "set-cookie": ["a=1", "b=2"] }).end("ñandú");
    });
    const answer = await outbound.fetch(`${first.url}/x?y=1`, {
      method: "POST",
      headers: { "content-type": "text/plain", authorization: "Bearer t" },
      body: "hola",
    });
    expect(answer).toMatchObject({
      status: 404,
      headers: { "x-kind": "none", "set-cookie": "a=1, b=2" },
      text: "ñandú",
    });
    expect(first.heard).toMatchObject([
      { method: "POST", path: "/x?y=1", body: "hola", headers: { authorization: "Bearer t" } },
    ]);
  });

  test("[S7] an answer above the limit is refused; one that just fits is not", async () => {
    first.answer((_, response) => response.end("x".repeat(1000)));
    await expect(outbound.fetch(first.url, { maxBytes: 999 })).rejects.toMatchObject({
      code: "FETCH_FAILED",
      message: `${first.url} answered with more than 999 bytes`,
      details: { phase: "sent", maxBytes: 999 },
    });
    expect((await outbound.fetch(first.url, { maxBytes: 1000 })).text).toHaveLength(1000);
  });

  test("[S7] an answer without an end is cut off at the limit", async () => {
    first.answer((_, response) => {
      const more = () => {
        while (response.writable && response.write(Buffer.alloc(65_536)));
      };
      response.on("drain", more);
      more();
    });
    await expect(outbound.fetch(first.url)).rejects.toMatchObject({ details: { maxBytes: 1024 * 1024 } });
  });
});

describe("what went wrong, by phase", () => {
  test("connect: nobody listens there, so surely nothing arrived", async () => {
    const gone = await place();
    gone.close();
    const own = createSafeFetch({ allowedOrigins: [gone.url] });
    await expect(own.fetch(gone.url)).rejects.toMatchObject({
      code: "FETCH_FAILED",
      message: expect.stringContaining(gone.url),
      details: { phase: "connect" },
    });
    await own.close();
  });

  test("connect: a name that does not exist", async () => {
    await expect(outbound.fetch("http://nowhere.invalid/")).rejects.toMatchObject({
      code: "FETCH_FAILED",
      details: { phase: "connect" },
    });
  });

  test("timeout: the answer does not begin", async () => {
    first.answer(() => undefined);
    await expect(outbound.fetch(first.url, { timeoutMs: 30 })).rejects.toMatchObject({
      code: "FETCH_FAILED",
      details: { phase: "timeout" },
    });
  });

  test("timeout: the answer does not end", async () => {
    first.answer((_, response) => response.write("begun"));
    await expect(outbound.fetch(first.url, { timeoutMs: 60 })).rejects.toMatchObject({
      code: "FETCH_FAILED",
      details: { phase: "timeout" },
    });
  });

  test("timeout: the caller's own signal ends it", async () => {
    const stop = new AbortController();
    first.answer(() => stop.abort());
    await expect(outbound.fetch(first.url, { signal: stop.signal })).rejects.toMatchObject({
      details: { phase: "timeout" },
    });
  });

  test("sent: the connection breaks after the request", async () => {
    first.answer((_, response) => response.destroy());
    await expect(outbound.fetch(first.url, { method: "POST", body: "x" })).rejects.toMatchObject({
      code: "FETCH_FAILED",
      details: { phase: "sent" },
    });
  });
});

describe("[S7] redirects are checked again", () => {
  test("to a private address: refused, though the first one was allowed", async () => {
    first.redirect(302, hidden.url);
    await expect(outbound.fetch(first.url)).rejects.toMatchObject({ code: "FETCH_BLOCKED" });
    first.redirect(302, `http://localhost:${hidden.port}/`);
    await expect(outbound.fetch(first.url)).rejects.toMatchObject({ code: "FETCH_BLOCKED" });
    expect(hidden.heard).toEqual([]);
  });

  test("to another protocol, or to what is no address", async () => {
    first.redirect(302, "file:///etc/passwd");
    await expect(outbound.fetch(first.url)).rejects.toMatchObject({ code: "FETCH_BLOCKED" });
    first.redirect(302, "http://");
    await expect(outbound.fetch(first.url)).rejects.toMatchObject({
      code: "FETCH_BLOCKED",
      message: `${first.url} redirected to "http://", which is not an address`,
    });
  });

  test("in a circle: given up", async () => {
    first.redirect(302, "/again");
    await expect(outbound.fetch(first.url)).rejects.toMatchObject({
      code: "FETCH_FAILED",
      message: `${first.url} redirected more than 5 times`,
    });
    expect(first.heard).toHaveLength(6);
  });

  test("secrets stay with the origin they were meant for", async () => {
    const headers = { Authorization: "Bearer t", Cookie: "c=1", "X-Api-Key": "k", "x-other": "o" };
    first.redirect(307, `${second.url}/there`);
    second.answer((_, response) => response.end("arrived"));
    expect((await outbound.fetch(first.url, { headers })).text).toBe("arrived");
    const [heard] = second.heard;
    expect(heard?.headers).toMatchObject({ "x-other": "o" });
    for (const name of ["authorization", "cookie", "x-api-key"])
      expect(heard?.headers).not.toHaveProperty(name);
  });

  test("within one origin they go along", async () => {
    first.answer(({ path }, response) => {
      if (path === "/b") response.end("b");
      else response.writeHead(302, { location: "/b" }).end();
    });
    await outbound.fetch(`${first.url}/a`, { headers: { authorization: "Bearer t" } });
    expect(first.heard.map(({ path, headers }) => [path, headers.authorization])).toEqual([
      ["/a", "Bearer t"],
      ["/b", "Bearer t"],
    ]);
  });

  test.each([
    [301, "GET", ""],
    [302, "GET", ""],
    [303, "GET", ""],
    [307, "PUT", "payload"],
    [308, "PUT", "payload"],
  ])("%i goes on with %s", async (status, method, body) => {
    first.redirect(status, second.url);
    second.answer((_, response) => response.end());
    await outbound.fetch(first.url, { method: "PUT", body: "payload" });
    expect(second.heard).toMatchObject([{ method, body }]);
  });

  test("307 keeps the method of a request without a body", async () => {
    first.redirect(307, second.url);
    second.answer((_, response) => response.end());
    await outbound.fetch(first.url, { method: "DELETE" });
    expect(second.heard).toMatchObject([{ method: "DELETE", body: "" }]);
  });
});

describe("[S7] an answer that comes piece by piece", () => {
  test("is read as it comes, with what was sent to get it", async () => {
    let finish = () => {};
    first.answer((_, response) => {
      response.writeHead(201, { "x-kind": "slow", "content-type": "text/plain" }).write("one");
      finish = () => response.end("two");
    });
    const answer = await outbound.stream(`${first.url}/chat`, {
      method: "POST",
      headers: { authorization: "Bearer k" },
      body: "question",
    });
    expect(first.heard).toMatchObject([
      { method: "POST", path: "/chat", body: "question", headers: { authorization: "Bearer k" } },
    ]);
    expect([answer.status, answer.headers.get("x-kind")]).toEqual([201, "slow"]);
    const reader = answer.body?.getReader();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe("one");
    finish();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe("two");
    expect((await reader?.read())?.done).toBe(true);
  });

  test("does not come from a private place, by its address or by name", async () => {
    for (const address of [hidden.url, `http://localhost:${hidden.port}`, "file:///etc/passwd"])
      await expect(outbound.stream(address)).rejects.toMatchObject({ code: "FETCH_BLOCKED" });
    expect(hidden.heard).toEqual([]);
  });

  test("is never fetched from where it was sent on to", async () => {
    first.redirect(307, hidden.url);
    expect((await outbound.stream(first.url, { method: "POST", body: "x" })).status).toBe(307);
    expect(hidden.heard).toEqual([]);
  });

  test("ends when its signal says so", async () => {
    first.answer((_, response) => void response.writeHead(200).write("one"));
    const stop = new AbortController();
    const answer = await outbound.stream(first.url, { signal: stop.signal });
    const all = answer.text();
    stop.abort();
    await expect(all).rejects.toThrow();
  });

  test("is cut where it has no end", async () => {
    const piece = Buffer.alloc(1024 * 1024, "x");
    first.answer((_, response) => {
      const more = () => {
        while (!response.destroyed && response.write(piece));
        if (!response.destroyed) response.once("drain", more);
      };
      more();
    });
    await expect((await outbound.stream(first.url)).text()).rejects.toThrow(/more than 16777216 bytes/);
  });
});

interface Place {
  readonly url: string;
  readonly port: number;
  readonly heard: Heard[];
  answer(handler: Handler): void;
  redirect(status: number, location: string): void;
  close(): void;
}

/** A server on this machine that remembers what it heard. */
async function place(): Promise<Place> {
  const heard: Heard[] = [];
  let handler: Handler = (_, response) => response.end();
  const server: Server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method = "", url: path = "", headers } = request;
    const whole = { method, path, headers, body: Buffer.concat(chunks).toString("utf8") };
    heard.push(whole);
    handler(whole, response);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    heard,
    answer(next) {
      handler = next;
    },
    redirect(status, location) {
      handler = (_, response) => response.writeHead(status, { location }).end();
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
