import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const LOG = path.join(import.meta.dirname, "../../engine/log.ts");

test("[S12] secrets are blacked out wherever they come along", async () => {
  const lines = await logged(`
    const secrets = (depth) => Object.fromEntries(
      ["authToken", "accessToken", "apiKey", "apiKeySecret", "appSecret", "verifyToken", "masterKey", "password",
       "authorization", "cookie"].map((name) => [name, "LEAK-" + depth + "-" + name]));
    log.info(secrets(0), "top");
    log.info({ fields: secrets(1), headers: { Authorization: "LEAK-bearer" } }, "inside");
    log.error({ err: Object.assign(new Error("refused"), { details: secrets(2) }) }, "error");
    log.warn({ request: { options: { headers: secrets(3) } } }, "deep");
    log.child({ authToken: "LEAK-child" }).info("child");
  `);
  expect(lines).toHaveLength(5);
  expect(lines.join("\n")).not.toContain("LEAK");
  expect(lines.join("\n")).toContain("[Redacted]");
});

test("everything else is told, on stderr, without what the line does not need", async () => {
  const [line = ""] = await logged(`log.child({ runId: "run_1" }).info({ port: 3000 }, "listening")`);
  expect(JSON.parse(line)).toEqual({
    level: 30,
    time: expect.any(Number),
    runId: "run_1",
    port: 3000,
    msg: "listening",
  });
});

test("the level decides what is told", async () => {
  expect(await logged(`log.info("chatter"); log.warn("matters")`, "warn")).toHaveLength(1);
  expect(await logged(`log.fatal("even this")`, "silent")).toEqual([]);
});

/** The lines a process of its own writes: the log goes to file descriptor 2. */
async function logged(script: string, level = "info"): Promise<string[]> {
  const source = `import { createLog } from ${JSON.stringify(LOG)}; const log = createLog("${level}"); ${script}`;
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [
    "--no-warnings",
    "--input-type=module",
    "-e",
    source,
  ]);
  expect(stdout).toBe("");
  return stderr.split("\n").filter(Boolean);
}
