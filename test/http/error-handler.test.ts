import type { AddressInfo } from "node:net";
import express, { type Express } from "express";
import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { AppError } from "../../engine/errors.ts";
import { createErrorHandler } from "../../engine/http/error-handler.ts";
import { bodyReader } from "../../engine/http/raw-body.ts";
import { assignRequestId } from "../../engine/http/request-id.ts";
import { errorOf } from "./api-client.ts";

const lines: string[] = [];
const log = pino({ level: "debug" }, { write: (line: string) => void lines.push(line) });
let url = "";
let close = () => {};

beforeAll(async () => {
  const server = appThatThrows().listen(0);
  await new Promise((resolve) => server.once("listening", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  close = () => server.close();
});
afterAll(() => close());

function appThatThrows(): Express {
  const app = express();
  const read = bodyReader(10);
  app.use(assignRequestId);
  app.get("/known", async () => {
    throw new AppError("RUN_ENDED", "Run r is over.", { status: "failed" });
  });
  app.get("/unknown", async () => {
    throw new Error("password=hunter2");
  });
  app.get("/down", async () => {
    throw new AppError("DATABASE_UNAVAILABLE", "The database does not answer.");
  });
  app.get("/things/:id", (_request, response) => void response.end());
  app.post("/body", async (request, response) => void response.end(await read(request, response)));
  app.use(createErrorHandler(log));
  return app;
}

test("a known error keeps its code, words, details and status", async () => {
  const response = await fetch(`${url}/known`, { headers: { "x-request-id": "req-7" } });
  expect(response.status).toBe(409);
  expect(response.headers.get("x-request-id")).toBe("req-7");
  expect(await response.json()).toEqual({
    error: {
      code: "RUN_ENDED",
      message: "Run r is over.",
      details: { status: "failed" },
      requestId: "req-7",
    },
  });
});

test("an unknown error says nothing of itself, but the log does", async () => {
  const response = await fetch(`${url}/unknown`);
  const error = await errorOf(response);
  expect(response.status).toBe(500);
  expect(error.code).toBe("INTERNAL");
  expect(JSON.stringify(error)).not.toContain("hunter2");
  expect(error.requestId).toMatch(/^req_[0-9a-f]{32}$/);
  expect(lines.find((line) => line.includes(error.requestId))).toContain("hunter2");
});

test("a request id that is not one is replaced", async () => {
  const response = await fetch(`${url}/known`, { headers: { "x-request-id": "<script>" } });
  expect(response.headers.get("x-request-id")).toMatch(/^req_/);
});

test("what may work in a moment says when to come again", async () => {
  const response = await fetch(`${url}/down`);
  expect(response.status).toBe(503);
  expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
});

test("a body that is too large, and one that cannot be unpacked", async () => {
  const large = await fetch(`${url}/body`, { method: "POST", body: "x".repeat(11) });
  expect([large.status, await errorOf(large)]).toEqual([
    413,
    expect.objectContaining({ code: "BODY_TOO_LARGE", details: { limitBytes: 10 } }),
  ]);
  const packed = await fetch(`${url}/body`, {
    method: "POST",
    body: "x",
    headers: { "content-encoding": "gzip" },
  });
  expect([packed.status, (await errorOf(packed)).code]).toEqual([400, "BODY_MALFORMED"]);
  const fitting = await fetch(`${url}/body`, { method: "POST", body: "x".repeat(10) });
  expect(await fitting.text()).toBe("x".repeat(10));
});

test("a path that cannot be decoded leads nowhere", async () => {
  const response = await fetch(`${url}/things/%E0%A4%A`);
  expect([response.status, (await errorOf(response)).code]).toEqual([404, "NOT_FOUND"]);
});
