import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { brotliDecompressSync, gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EDITOR_PAGES } from "../../engine/http/editor-files.ts";
import { rawGet } from "./raw-get.ts";
import { startTestApi, type TestApi } from "./test-api.ts";

const PAGE =
  '<!doctype html><title>Centralita</title><script type="module" src="/assets/app-1a2b.js"></script>';
const SCRIPT = `console.log(${JSON.stringify("hello ".repeat(1_000))});`;
const PICTURE = randomBytes(2_000);

const folder = mkdtempSync(path.join(tmpdir(), "centralita-editor-"));
let api: TestApi;

beforeAll(async () => {
  mkdirSync(path.join(folder, "assets"));
  writeFileSync(path.join(folder, "secret.js"), "outside");
  writeFileSync(path.join(folder, "assets", "app-1a2b.js"), SCRIPT);
  writeFileSync(path.join(folder, "assets", "ready-3c.css"), "body{color:red}");
  writeFileSync(path.join(folder, "assets", "ready-3c.css.gz"), gzipSync("body{color:teal}"));
  writeFileSync(path.join(folder, "assets", "logo-4d.png"), PICTURE);
  writeFileSync(path.join(folder, "assets", ".hidden.js"), "hidden");
  api = await startTestApi({ editorFolder: folder });
});
afterAll(async () => {
  await api.stop();
  rmSync(folder, { recursive: true });
});

const HTML = { headers: { accept: "text/html,application/xhtml+xml" } };

// First: the others need the build.
test("before there is a build, the page says how to make one", async () => {
  const { status, headers, text } = await api.anonymous("GET", "/", HTML);
  expect([status, headers.get("content-type")]).toEqual([503, "text/html; charset=utf-8"]);
  expect(text).toContain("npm run build");
  expect(headers.get("content-security-policy")).toMatch(/^default-src 'none'; style-src 'sha256-/);
  writeFileSync(path.join(folder, "index.html"), PAGE);
  expect((await api.anonymous("GET", "/", HTML)).text).toBe(PAGE);
});

describe("[H15] a page of the editor", () => {
  test.each(["/", ...EDITOR_PAGES.flatMap((page) => [`/${page}`, `/${page}/some/thing-1?tab=2`])])(
    "is served at %s, and asked for again each time",
    async (address) => {
      const { status, headers, text } = await api.anonymous("GET", address, HTML);
      expect([status, text]).toEqual([200, PAGE]);
      expect(headers.get("content-type")).toBe("text/html; charset=utf-8");
      expect(headers.get("cache-control")).toBe("no-cache");
    },
  );

  test("lets in scripts of our own files alone, and nobody who would frame it", async () => {
    const { headers } = await api.anonymous("GET", "/flows", HTML);
    const policy = Object.fromEntries(
      (headers.get("content-security-policy") ?? "").split("; ").map((part) => {
        const [name = "", ...values] = part.split(" ");
        return [name, values];
      }),
    );
    expect(policy).toEqual({
      "default-src": ["'self'"],
      "script-src": ["'self'"],
      "style-src": ["'self'", "'unsafe-inline'"],
      "img-src": ["'self'", "data:", "blob:"],
      "font-src": ["'self'", "data:"],
      "connect-src": ["'self'", api.engine.url.replace("http:", "ws:")],
      "worker-src": ["'self'", "blob:"],
      "media-src": ["'self'", "blob:"],
      "object-src": ["'none'"],
      "base-uri": ["'none'"],
      "form-action": ["'self'"],
      "frame-ancestors": ["'none'"],
    });
    expect(headers.get("x-content-type-options")).toBe("nosniff");
  });

  test("is no answer to who wants data, nor at an address the editor does not draw", async () => {
    const data = await api.anonymous("GET", "/flows", { headers: { accept: "application/json" } });
    expect([data.status, data.body.error.code]).toEqual([404, "NOT_FOUND"]);
    expect((await rawGet(api.engine.url, "/flows")).status).toBe(200);
    expect((await api.anonymous("GET", "/flowsy", HTML)).status).toBe(404);
    expect((await api.anonymous("POST", "/flows", HTML)).status).toBe(404);
    expect((await api.anonymous("GET", "/api/v1/nothing", HTML)).body.error.code).toBe("NOT_FOUND");
  });

  test("is not in OpenAPI, which is about the API", async () => {
    const { body } = await api.anonymous("GET", "/api/openapi.json");
    const ofPages = EDITOR_PAGES.map((page) => `/${page}`);
    const inTheEditor = (address: string) =>
      address === "/" || ofPages.some((page) => address.startsWith(page));
    expect(Object.keys(body.paths).filter(inTheEditor)).toEqual([]);
  });
});

describe("[H15] a file of the editor", () => {
  const get = (address: string, encoding = "") =>
    rawGet(api.engine.url, address, { "accept-encoding": encoding });

  test("is kept for good: its name changes with its content", async () => {
    const { status, headers, body } = await get("/assets/app-1a2b.js");
    expect([status, body.toString()]).toEqual([200, SCRIPT]);
    expect(headers).toMatchObject({
      "content-type": "text/javascript; charset=utf-8",
      "cache-control": "public, max-age=31536000, immutable",
      vary: "accept-encoding",
      "content-length": String(SCRIPT.length),
    });
    expect(headers).not.toHaveProperty("content-encoding");
  });

  test("is compressed as the browser takes it, the same again from memory", async () => {
    for (const round of [1, 2]) {
      const brotli = await get("/assets/app-1a2b.js", "gzip, deflate, br");
      expect([round, brotli.headers["content-encoding"]]).toEqual([round, "br"]);
      expect(brotliDecompressSync(brotli.body).toString()).toBe(SCRIPT);
      const gzip = await get("/assets/app-1a2b.js", "gzip;q=0.8, br;q=0");
      expect([round, gzip.headers["content-encoding"]]).toEqual([round, "gzip"]);
      expect(gunzipSync(gzip.body).toString()).toBe(SCRIPT);
    }
  });

  test("is served as the build compressed it, where it did", async () => {
    const { headers, body } = await get("/assets/ready-3c.css", "gzip");
    expect(headers["content-encoding"]).toBe("gzip");
    expect(gunzipSync(body).toString()).toBe("body{color:teal}");
  });

  test("that is compressed by itself is left alone", async () => {
    const { headers, body } = await get("/assets/logo-4d.png", "br, gzip");
    expect(headers).toMatchObject({ "content-type": "image/png" });
    expect(headers).not.toHaveProperty("content-encoding");
    expect(body.equals(PICTURE)).toBe(true);
  });

  test.each([
    "/assets/nothing.js",
    "/assets/..%2fsecret.js",
    "/assets/..%5csecret.js",
    "/assets/%2e%2e/secret.js",
    "/assets/../secret.js",
    "/assets/.hidden.js",
    "/assets/app-1a2b.js%00.png",
    "/assets/app-1a2b",
    "/assets/ready-3c.css.gz",
    "/assets/",
    "/secret.js",
  ])("is none at %s", async (address) => {
    const { status, body } = await get(address);
    expect([status, JSON.parse(body.toString()).error.code]).toEqual([404, "NOT_FOUND"]);
  });
});
