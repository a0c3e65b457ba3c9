import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { OpenApi } from "../../engine/http/openapi.ts";
import { startTestApi, type TestApi } from "./test-api.ts";

// Fixed, so that nobody's change fails for what was there before.
const SEED = Number(process.env.FUZZ_SEED ?? 7);
const PER_ROUTE = 25 * Number(process.env.FUZZ_TIMES ?? 1);

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
}

/** Lists that take a parameter of this name. */
async function pathsWith(wanted: string): Promise<readonly string[]> {
  const openApi = (await api.call("GET", "/api/openapi.json")).body as OpenApi;
  return Object.entries(openApi.paths).flatMap(([path, methods]) => {
    const parameters = (methods.get as Operation | undefined)?.parameters ?? [];
    const isOne = parameters.some(({ name, in: place }) => name === wanted && place === "query");
    return isOne && !path.includes("{") ? [path] : [];
  });
}

test("[S45] any cursor is answered or refused in words, at every list", async () => {
  const paths = await pathsWith("cursor");
  expect(paths.length).toBeGreaterThan(15);
  const odd = [
    "",
    "%00",
    "%ff",
    "%E0%A4%A",
    "null",
    "-1",
    "0".repeat(3_000),
    "run_%27",
    "2026-13-45|x",
    "|",
    "\ud800",
  ];
  const cursor = fc.oneof(
    fc.string({ unit: "binary", maxLength: 40 }).map((text) => encodeURIComponent(text.toWellFormed())),
    fc.constantFrom(...odd).map((text) => text.toWellFormed()),
    fc.date({ noInvalidDate: true }).map((date) => encodeURIComponent(`${date.toISOString()}|x`)),
    fc.stringMatching(/^(run|key|flw|con|msg|aud)_[0-9a-f]{32}$/),
  );
  let cases = 0;
  for (const path of paths) {
    await fc.assert(
      fc.asyncProperty(cursor, async (text) => {
        cases += 1;
        const { status, body } = await api.call("GET", `${path}?cursor=${text}`);
        expect([200, 400, 404, 422], `${path}?cursor=${text}: ${JSON.stringify(body)}`).toContain(status);
      }),
      { numRuns: PER_ROUTE, seed: SEED },
    );
  }
  console.info(`fuzz: ${cases} cursors at ${paths.length} lists`);
});

test("[S45] any moment is answered or refused in words, wherever a period begins", async () => {
  const paths = await pathsWith("from");
  expect(paths.length).toBeGreaterThan(3);
  for (const path of paths) {
    for (const from of [
      "2026-02-30",
      "2026-13-01",
      "0000-01-01",
      "9999-12-31T23:59:59Z",
      "2026-01-01T24:00:00Z",
      "x",
    ]) {
      const { status, body } = await api.call("GET", `${path}?from=${from}`);
      expect([200, 422], `${path}?from=${from}: ${JSON.stringify(body)}`).toContain(status);
    }
  }
});
