import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Browser, Page } from "playwright-core";
import { build } from "vite";
import { loadConfig } from "../../engine/config.ts";
import type { Flow } from "../../engine/core/flow.ts";
import { seedDemo } from "../../engine/demo/seed.ts";
import { createLog } from "../../engine/log.ts";
import { type Centralita, startCentralita } from "../../engine/main.ts";
import { apiClient } from "../http/api-client.ts";
import { launchChromium } from "../support/chromium.ts";
import { openPage } from "../support/editor-page.ts";
import type { BenchRow } from "./run.ts";

const EDITOR = path.join(import.meta.dirname, "..", "..", "editor");
const SIZES = [50, 200, 500] as const;
const MOVES = 120;
const KEYS = 40;

/**
 * How the editor feels: first load, frames while dragging and panning with the whole flow in view beside those of an empty
 * page, and how soon a preview follows a key.
 */
export async function canvas(): Promise<BenchRow[]> {
  await build({ root: EDITOR, configFile: path.join(EDITOR, "vite.config.ts"), logLevel: "error" });
  const dataDir = await mkdtemp(path.join(tmpdir(), "centralita-bench-"));
  const config = loadConfig({ DATA_DIR: dataDir, PORT: "0", LOG_LEVEL: "error", EMULATORS: "on" });
  const app = await startCentralita(config, { log: createLog("error"), emulatorsInMemory: true });
  const browser = await launchChromium();
  try {
    const api = apiClient(app.url, (await seedDemo(app.connection)).apiKey);
    for (const size of SIZES) await api("POST", "/api/v1/flows", { json: flowOf(size) });
    return [
      ...(await firstLoads(browser, app)),
      ...(await frames(browser, app)),
      await keystrokes(browser, app),
    ];
  } finally {
    await browser.close();
    await app.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function firstLoads(browser: Browser, { url }: Centralita): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const [what, address, seen] of [
    ["list of flows", "/flows", ".row-name"],
    ["flow", "/flows/shared-number-router", "[data-card]"],
  ] as const) {
    // Nothing is cached yet in a profile of its own; the first page is only there for the session's cookie.
    const { page, context } = await openPage(browser, url, "/healthz", {});
    const network = await context.newCDPSession(page);
    await network.send("Network.enable");
    await network.send("Network.clearBrowserCache");
    let bytes = 0;
    network.on("Network.loadingFinished", ({ encodedDataLength }) => {
      bytes += encodedDataLength;
    });
    const startedAt = performance.now();
    await page.goto(address);
    await page.locator(seen).first().waitFor();
    const ms = performance.now() - startedAt;
    await page.waitForLoadState("networkidle");
    rows.push(
      row(`first load, ${what}`, "ms", {
        ours: ms,
        notes: `${Math.round(bytes / 1000)} kB over the wire, on loopback`,
      }),
    );
    await context.close();
  }
  return rows;
}

async function frames(browser: Browser, { url }: Centralita): Promise<BenchRow[]> {
  const { page, context } = await openPage(browser, url, "/healthz", {});
  const protocol = await context.newCDPSession(page);
  await protocol.send("Performance.enable");
  const busy = async () => {
    const { metrics } = await protocol.send("Performance.getMetrics");
    return 1000 * (metrics.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN);
  };
  const empty = await framesWhile(page, () => sweep(page, { x: 700, y: 450 }));
  // Without a graphics card drawing takes most of the time, and says nothing of a machine that has one.
  const drawnBy = await page.evaluate<string>(RENDERER);
  const rows: BenchRow[] = [];
  for (const size of SIZES) {
    await page.goto(`/flows/${keyOf(size)}`);
    const card = page.locator("[data-card]").first();
    await card.waitFor();
    await page.getByRole("button", { name: "Flujo completo" }).click();
    // The panel comes with the first step that is selected; it is not what is measured.
    await card.click();
    await page.getByRole("tab", { name: "Configurar" }).waitFor();
    await page.waitForLoadState("networkidle");
    for (const [what, from] of [
      ["drag a step", await middleOf(card)],
      ["pan", { x: 300, y: 160 }],
    ] as const) {
      const before = await busy();
      const seen = await framesWhile(page, () => sweep(page, from));
      const each = ((await busy()) - before) / seen.length;
      const [ours, yardstick] = [fps(seen), fps(empty)];
      rows.push({
        ...row(`${what}, ${size} nodes`, "fps", {
          ours,
          notes: `page busy ${each.toFixed(1)} ms a frame; drawn by ${drawnBy}`,
        }),
        yardstick,
        ratio: ours / yardstick,
        p50Ms: percentile(seen, 0.5),
        p99Ms: percentile(seen, 0.99),
      });
    }
  }
  await context.close();
  return rows;
}

async function keystrokes(browser: Browser, { url }: Centralita): Promise<BenchRow> {
  const { page, context } = await openPage(browser, url, `/flows/${keyOf(200)}`, {});
  await page.locator('[data-card="n1"]').click();
  await page.getByRole("textbox", { name: "Texto", exact: true }).click();
  await page.evaluate(WATCH_PREVIEW);
  // A letter that is seen before the next one comes: how long each takes, not how they pile up.
  const times: number[] = [];
  for (let key = 0; key < KEYS; key++) {
    const seen = page.evaluate<number>("new Promise((resolve) => { globalThis.tell = resolve; })");
    await page.keyboard.press("x");
    times.push(await seen);
  }
  await context.close();
  return {
    ...row("key to preview, 200 nodes", "ms", {
      ours: percentile(times, 0.5),
      notes: "until the frame that shows it",
    }),
    p50Ms: percentile(times, 0.5),
    p99Ms: percentile(times, 0.99),
  };
}

const WATCH_PREVIEW = `
  let pressedAt = 0;
  document.addEventListener("keydown", ({ timeStamp }) => { pressedAt = timeStamp; }, true);
  new MutationObserver((changes) => {
    const shown = changes.some(({ target }) => (target.parentElement ?? target).closest("[class*=bubble]"));
    if (!shown || pressedAt === 0) return;
    const at = pressedAt;
    pressedAt = 0;
    requestAnimationFrame(() => setTimeout(() => tell(performance.now() - at)));
  }).observe(document.body, { subtree: true, childList: true, characterData: true });
`;

const RENDERER = `(() => {
  const gl = document.createElement("canvas").getContext("webgl");
  const info = gl?.getExtension("WEBGL_debug_renderer_info");
  return /SwiftShader|llvmpipe/i.exec(info ? gl.getParameter(info.UNMASKED_RENDERER_WEBGL) : "")?.[0] ?? "a graphics card";
})()`;

/** Times between frames, in ms, as the page itself counts them. */
async function framesWhile(page: Page, work: () => Promise<void>): Promise<readonly number[]> {
  await page.evaluate(`(() => {
    const moments = [];
    const count = (now) => { moments.push(now); if (globalThis.moments === moments) requestAnimationFrame(count); };
    globalThis.moments = moments;
    requestAnimationFrame(count);
  })()`);
  await work();
  const moments = await page.evaluate<number[]>(
    "(() => { const counted = moments; globalThis.moments = null; return counted; })()",
  );
  return moments.slice(1).map((moment, index) => moment - (moments[index] ?? moment));
}

async function sweep(page: Page, { x, y }: { readonly x: number; readonly y: number }): Promise<void> {
  await page.mouse.move(x, y);
  await page.mouse.down();
  for (let move = 1; move <= MOVES; move++)
    await page.mouse.move(x + 90 * Math.sin(move / 9), y + 60 * (1 - Math.cos(move / 9)));
  await page.mouse.up();
}

async function middleOf(card: ReturnType<Page["locator"]>): Promise<{ x: number; y: number }> {
  const box = await card.boundingBox();
  if (!box) throw new Error("the step to drag is not drawn");
  return { x: box.x + box.width / 2, y: box.y + box.height / 3 };
}

/** Messages one after the other, in columns: every card has its text and its ways out. */
function flowOf(size: number): Flow {
  const nodes = Array.from({ length: size }, (_, index) => ({
    id: index === 0 ? "start" : `n${index}`,
    type: index === 0 ? "twilio.incoming-call" : "messaging.send",
    version: 1,
    position: { x: Math.floor(index / 25) * 340, y: (index % 25) * 200 },
    data: { params: index === 0 ? {} : { text: `Mensaje ${index} para {{ contact.name }}` } },
  }));
  const edges = nodes.slice(1).map(({ id }, index) => ({
    id: `e${index}`,
    source: nodes[index]?.id ?? "",
    sourceHandle: index === 0 ? "next" : "sent",
    target: id,
  }));
  return { schemaVersion: 1, key: keyOf(size), name: `${size} nodos`, settings: {}, nodes, edges };
}

function keyOf(size: number): string {
  return `bench-${size}`;
}

function fps(times: readonly number[]): number {
  return (times.length * 1000) / times.reduce((sum, time) => sum + time, 0);
}

function percentile(times: readonly number[], share: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function row(what: string, unit: string, { ours, notes }: { ours: number; notes: string }): BenchRow {
  return { what, unit, ours, yardstick: null, ratio: null, p50Ms: null, p99Ms: null, notes };
}
