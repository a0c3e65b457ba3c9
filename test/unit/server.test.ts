import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { type HttpServer, listen } from "../../engine/server.ts";

const open: HttpServer[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

test("a port that is taken is named, with a way out", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const { port } = other.address() as AddressInfo;
  await expect(listen("127.0.0.1", port)).rejects.toMatchObject({
    code: "PORT_IN_USE",
    message: `Port ${port} is taken by another program. Stop it, or start with another port: PORT=${port + 1} npm start`,
    details: { port },
  });
  other.close();
});

test("another trouble with the address is passed on as it is", async () => {
  await expect(listen("203.0.113.1", 0)).rejects.toMatchObject({ code: "EADDRNOTAVAIL" });
});

test("before it has an app it answers 503 and asks for another try", async () => {
  const server = await started();
  const answer = await fetch(`http://127.0.0.1:${server.port}/anything`);
  expect(answer.status).toBe(503);
  expect(answer.headers.get("retry-after")).toBe("2");
  expect(await answer.json()).toEqual({
    error: { code: "SHUTTING_DOWN", message: expect.any(String), details: {}, requestId: null },
  });
});

test("from serve on it answers with the app", async () => {
  const server = await started();
  server.serve((request, response) => response.end(`app ${request.url}`));
  const answer = await fetch(`http://127.0.0.1:${server.port}/x`);
  expect(await answer.text()).toBe("app /x");
});

test("closing waits for the request under way", async () => {
  const server = await started();
  const arrived = Promise.withResolvers<() => void>();
  server.serve((_request, response) => arrived.resolve(() => response.end("done")));
  const answer = fetch(`http://127.0.0.1:${server.port}/`);
  const finish = await arrived.promise;
  let closed = false;
  const closing = server.close().then(() => {
    closed = true;
  });
  await expect(fetch(`http://127.0.0.1:${server.port}/new`)).rejects.toThrow();
  expect(closed).toBe(false);
  finish();
  expect(await (await answer).text()).toBe("done");
  open.splice(0);
  await closing;
});

async function started(): Promise<HttpServer> {
  const server = await listen("127.0.0.1", 0);
  open.push(server);
  return server;
}
