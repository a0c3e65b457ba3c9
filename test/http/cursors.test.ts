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

/** Lists that take a cursor, with ids in their paths that nobody has. */
async function pagedPaths(): Promise<readonly string[]> {
  const openApi = (await api.call("GET", "/api/openapi.json")).body as OpenApi;
  return Object.entries(openApi.paths).flatMap(([path, methods]) => {
    const parameters = (methods.get as Operation | undefined)?.parameters ?? [];
    const isPaged = parameters.some(({ name, in: place }) => name === "cursor" && place === "query");
    return isPaged && !path.includes("{") ? [path] : [];
  });
}

test("[S45] any cursor is answered or refused in words, at every list", async () => {
  const paths = await pagedPaths();
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
