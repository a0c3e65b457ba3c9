/**
 * The catalogue as it was promised: every type has a file of its own, a test, and an example flow whose scenario passes
 * through it. Words in both languages, examples and schemas are `catalogue.test.ts`'s.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { BUILT_IN_PLUGINS } from "../engine/built-in-plugins.ts";
import type { Flow } from "../engine/core/flow.ts";
import { DEMO_FLOWS } from "../engine/demo/seed.ts";

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
  "agent.reply",
  "agent.voice",
  "agent.classify",
  "agent.extract",
  "agent.summarize",
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
  "whatsapp-ai-reply",
  "voice-agent-reception",
];

// What happens at the beginning of a scenario, and the triggers it may start.
const STARTED_BY: Readonly<Record<string, readonly string[]>> = {
  call: ["twilio.incoming-call"],
  message: ["twilio.incoming-message", "meta.incoming-message"],
  request: ["api.run"],
  sent: ["messaging.status"],
  event: ["data.event"],
  webhook: ["http.webhook"],
  schedule: ["core.schedule"],
};

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

test("every folder of examples is published for the demo tenant", () => {
  expect(readdirSync(path.join(ROOT, "flows")).toSorted()).toEqual([...DEMO_FLOWS].toSorted());
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

/** An example as far as this walk reads it. */
interface Example {
  readonly flow: Flow;
  readonly scenarios: readonly Played[];
}

interface Played {
  readonly when: object;
  readonly then: { readonly run: unknown; readonly path?: readonly string[] };
}

/** Types of the nodes that scenarios name in their paths, and of the triggers by which these runs began. */
function playedTypes(): ReadonlySet<string> {
  const examples = new Map(readdirSync(path.join(ROOT, "flows")).map((key) => [key, readExample(key)]));
  const types = [...examples.values()].flatMap(({ flow, scenarios }) =>
    scenarios.flatMap(({ when, then: { run, path: named = [] } }) => {
      const passed = flow.nodes.filter(({ id }) => named.includes(id));
      const began = Object.keys(when).flatMap((start) => (run === null ? [] : (STARTED_BY[start] ?? [])));
      const triggers = flow.nodes.filter(({ type }) => began.includes(type));
      return [...[...passed, ...triggers].map(({ type }) => type), ...calledBy(passed, examples)];
    }),
  );
  return new Set(types);
}

/** A called flow is played by whoever passes through the node that calls it: it begins there. */
function calledBy(passed: Flow["nodes"], examples: ReadonlyMap<string, Example>): readonly string[] {
  const calls = passed.filter(({ type }) => type === "core.call-flow");
  const called = calls.map(({ data }) => examples.get(String(data.params.flow)));
  const begins = called.some((example) => example?.flow.nodes.some(({ type }) => type === "core.called"));
  return begins ? ["core.called"] : [];
}

function readExample(key: string): Example {
  const { scenarios } = readJson(key, "scenario.json") as Omit<Example, "flow">;
  return { flow: readJson(key, "flow.json") as Flow, scenarios };
}

function readJson(key: string, file: string): unknown {
  return JSON.parse(readFileSync(path.join(ROOT, "flows", key, file), "utf8"));
}
