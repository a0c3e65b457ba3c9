/**
 * The catalogue as it was promised: every type has a file of its own, a test, and an example flow whose scenario passes
 * through it. Words in both languages, examples and schemas are `catalogue.test.ts`'s.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { BUILT_IN_PLUGINS } from "../engine/built-in-plugins.ts";
import type { Flow } from "../engine/core/flow.ts";

const TRIGGERS = [
  "twilio.incoming-call",
  "twilio.incoming-message",
  "meta.incoming-message",
  "api.run",
  "http.webhook",
  "core.schedule",
  "core.called",
  "messaging.status",
  "data.event",
];
const NODES = [
  "core.branch",
  "core.set",
  "core.split",
  "core.hours",
  "core.wait",
  "core.wait-for-callback",
  "core.for-each",
  "core.parallel",
  "core.join",
  "core.call-flow",
  "core.code",
  "core.reply",
  "core.goal",
  "core.end",
  "data.get",
  "data.put",
  "http.request",
  "twilio.say",
  "twilio.gather",
  "twilio.connect-call",
  "twilio.make-call",
  "twilio.voicemail",
  "twilio.record-call",
  "twilio.enqueue",
  "twilio.pay",
  "twilio.stream",
  "twilio.twiml",
  "twilio.update-call",
  "twilio.hangup",
  "twilio.reject",
  "messaging.send",
  "messaging.send-and-wait",
  "messaging.template",
  "messaging.bulk",
  "messaging.window",
  "messaging.consent",
  "messaging.handoff",
  "twilio.send-message",
  "meta.send",
  "meta.mark-read",
  "meta.typing",
  "twilio.verify-start",
  "twilio.verify-check",
  "twilio.verify",
  "twilio.lookup",
  "geo.locate",
  "stores.route",
  "stores.menu",
  "credits.check",
  "credits.deduct",
];
const EXAMPLES = [
  "missed-call-to-whatsapp",
  "shared-number-router",
  "landline-to-mobile",
  "ivr-sales-support-reservations",
  "after-hours-voicemail",
  "otp-login",
  "reservation-confirmation",
  "appointment-reminder",
  "payment-reminder-cascade",
  "satisfaction-survey",
  "low-stock-alert",
  "campaign-ab-split",
  "call-continues-after-whatsapp-tap",
];

const ROOT = path.join(import.meta.dirname, "..");
const files = (folder: string) =>
  readdirSync(path.join(ROOT, folder), { recursive: true, encoding: "utf8" }).map((file) =>
    path.posix.join(folder, file.split(path.sep).join("/")),
  );
const plugins = files("plugins").filter((file) => file.endsWith(".ts"));
const tests = files("test").filter((file) => file.endsWith(".test.ts"));
const sources = new Map(tests.map((file) => [file, readFileSync(path.join(ROOT, file), "utf8")]));
const shipped = new Set(
  BUILT_IN_PLUGINS.flatMap(({ nodes = [], triggers = [] }) => [...nodes, ...triggers]).map(
    ({ type }) => type,
  ),
);
const played = playedTypes();

describe.each([
  ...TRIGGERS.map((type) => [type, "triggers"] as const),
  ...NODES.map((type) => [type, "nodes"] as const),
])("%s", (type, kind) => {
  const [plugin = "", name = ""] = type.split(".");
  const file = fileOf(plugin, name, kind);

  test("is shipped, in a file of its own", () => {
    expect(shipped.has(type)).toBe(true);
    expect(file).not.toBeNull();
  });

  test("has a test that looks at it", () => {
    const looking = [...sources].filter(
      ([, text]) => text.includes(`"${type}"`) || (file && text.includes(file)),
    );
    expect(looking.map(([test]) => test)).not.toEqual([]);
  });

  test("is passed through by a scenario of an example", () => {
    expect(played.has(type)).toBe(true);
  });

  test("is in the README of its plugin", () => {
    const readme = readFileSync(path.join(ROOT, "plugins", ownerOf(plugin), "README.md"), "utf8");
    expect(readme).toContain(`\`${type}\``);
  });
});

test.each(EXAMPLES)("the example %s is there, with scenarios and a page about it", (key) => {
  for (const file of ["flow.json", "scenario.json", "README.md"])
    expect(existsSync(path.join(ROOT, "flows", key, file)), `flows/${key}/${file}`).toBe(true);
});

/** `data.*` belongs to the engine's own plugin. */
function ownerOf(plugin: string): string {
  return plugin === "data" ? "core" : plugin;
}

function fileOf(plugin: string, name: string, kind: "nodes" | "triggers"): string | null {
  const names = plugin === "data" ? [`data-${name}.ts`, `${name}.ts`] : [`${name}.ts`];
  const pattern = new RegExp(`^plugins/${ownerOf(plugin)}/${kind}/(?:[a-z]+/)?[a-z-]+\\.ts$`);
  return plugins.find((file) => pattern.test(file) && names.includes(path.posix.basename(file))) ?? null;
}

/** Types of the nodes that scenarios name in their paths, and of the triggers of flows they start. */
function playedTypes(): ReadonlySet<string> {
  const types = new Set<string>();
  for (const key of readdirSync(path.join(ROOT, "flows"))) {
    const flow = readJson(key, "flow.json") as Flow | null;
    const { scenarios = [] } = (readJson(key, "scenario.json") ?? {}) as { scenarios?: object[] };
    if (!flow || scenarios.length === 0) continue;
    const passed = namesIn(scenarios);
    for (const { id, type } of flow.nodes) if (passed.has(id) || TRIGGERS.includes(type)) types.add(type);
  }
  return types;
}

function readJson(key: string, file: string): unknown {
  const place = path.join(ROOT, "flows", key, file);
  return existsSync(place) ? JSON.parse(readFileSync(place, "utf8")) : null;
}

/** What stands in `path` of any scenario. */
function namesIn(scenarios: readonly object[]): ReadonlySet<string> {
  const paths = scenarios.flatMap((scenario) => {
    const then: unknown = Reflect.get(scenario, "then");
    const named: unknown = typeof then === "object" && then !== null ? Reflect.get(then, "path") : null;
    return Array.isArray(named) ? named.map(String) : [];
  });
  return new Set(paths);
}
