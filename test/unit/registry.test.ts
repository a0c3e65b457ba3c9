import { describe, expect, test } from "vitest";
import { BUILT_IN_PLUGINS } from "../../engine/built-in-plugins.ts";
import { AppError } from "../../engine/errors.ts";
import {
  type ChannelDefinition,
  type CredentialDefinition,
  type NodeDefinition,
  next,
  type PluginDefinition,
  type TriggerDefinition,
  Type,
  type WebhookDefinition,
} from "../../engine/plugin-api.ts";
import { createRegistry } from "../../engine/registry.ts";
import { createValidator } from "../../engine/validator.ts";

const text = { en: "Words", es: "Palabras" };
const run = () => next("next", {});

const NODE: NodeDefinition = {
  type: "shop.find",
  version: 1,
  title: text,
  help: text,
  family: "data",
  icon: "search",
  params: Type.Object({}),
  outputs: { next: Type.Object({}) },
  ports: ["next"],
  effect: "none",
  example: { title: text, params: {} },
  run,
};
const TRIGGER: TriggerDefinition = {
  type: "shop.order",
  version: 1,
  title: text,
  help: text,
  family: "data",
  icon: "bell",
  params: Type.Object({ only: Type.Optional(Type.String()) }),
  gives: Type.Object({ total: Type.Number() }),
  answers: "ack",
  example: { title: text, params: {} },
};
const CREDENTIAL: CredentialDefinition = {
  id: "shop.account",
  title: text,
  fields: Type.Object({ apiKey: Type.String({ "x-secret": true }) }),
  test: async () => ({ ok: true, message: "" }),
};
const CHANNEL: ChannelDefinition = {
  id: "shop.sms",
  channel: "sms",
  provider: "shop",
  credential: "shop.account",
  meter: "sms",
  units: () => 1,
  send: async () => ({ state: "accepted", ref: "1", status: "sent" }),
};
const ok = { status: 200, headers: {}, body: "" };
const WEBHOOK: WebhookDefinition = {
  path: "shop/order",
  methods: ["POST"],
  verify: async () => ({ ok: true }),
  parse: () => [],
  ack: ok,
};

describe("what the registry takes", () => {
  test("the plugins of the house load", () => {
    const registry = load(...BUILT_IN_PLUGINS);
    expect(registry.plugins.map((plugin) => plugin.id)).toEqual(BUILT_IN_PLUGINS.map((plugin) => plugin.id));
    expect(registry.types).toContain("twilio.incoming-call");
    expect(registry.types).toEqual([...registry.types].sort());
  });

  test("everything is found by its name, and nothing by another", () => {
    const old = { ...NODE, replacedBy: "shop.search" };
    const current = { ...NODE, version: 2, migrate: { 1: (params: object) => ({ ...params }) } };
    const registry = load({
      ...shop(old, current),
      triggers: [TRIGGER],
      credentials: [CREDENTIAL],
      channels: [CHANNEL],
      webhooks: [WEBHOOK],
    });
    expect(registry.node("shop.find", 1)).toBe(old);
    expect(registry.node("shop.find", 2)).toBe(current);
    expect(registry.node("shop.find", 3)).toBeUndefined();
    expect(registry.trigger("shop.order")).toBe(TRIGGER);
    expect(registry.trigger("shop.find")).toBeUndefined();
    expect(registry.channel("shop", "sms")).toBe(CHANNEL);
    expect(registry.channel("shop", "voice")).toBeUndefined();
    expect(registry.credential("shop.account")).toBe(CREDENTIAL);
    expect(registry.webhooks).toEqual([{ plugin: "shop", definition: WEBHOOK }]);
    expect(registry.types).toEqual(["shop.find", "shop.order"]);
  });

  test("info tells the checks what a node and a trigger look like", () => {
    const registry = load({ ...shop({ ...NODE, waits: true }), triggers: [TRIGGER] });
    expect(registry.info("shop.find", 1)).toEqual({
      type: "shop.find",
      version: 1,
      kind: "node",
      params: NODE.params,
      ports: ["next"],
      outputs: NODE.outputs,
      waits: true,
    });
    expect(registry.info("shop.order", 1)).toEqual({
      type: "shop.order",
      version: 1,
      kind: "trigger",
      params: TRIGGER.params,
      ports: ["next"],
      outputs: { next: TRIGGER.gives },
      waits: false,
    });
    expect([
      registry.info("shop.find", 2),
      registry.info("shop.order", 2),
      registry.info("shop.no", 1),
    ]).toEqual([null, null, null]);
  });

  test("the core plugin may also bring data. types", () => {
    expect(load({ ...shop({ ...NODE, type: "data.set" }), id: "core" }).types).toEqual(["data.set"]);
  });
});

describe("what the registry refuses", () => {
  test.each(["Shop.find", "shop.Find", "shop", "shop.find.more", "shop.1st", "shop_x.find"])(
    "[P1] the type name %s",
    (type) => {
      expect(mistakesOf(shop({ ...NODE, type }))).toEqual([
        `node "${type}": a type is named plugin.node in kebab-case, such as "twilio.connect-call"`,
      ]);
    },
  );

  test("[P1] a type that begins with another plugin's id, or with core.", () => {
    const plugin = {
      ...shop({ ...NODE, type: "twilio.find" }),
      triggers: [{ ...TRIGGER, type: "core.order" }],
    };
    expect(mistakesOf(plugin)).toEqual([
      'node "twilio.find": the type must begin with "shop.", the id of its plugin',
      'trigger "core.order": types beginning with core. belong to the engine',
    ]);
    expect(mistakesOf(shop({ ...NODE, type: "data.find" }))).toHaveLength(1);
  });

  test.each(["Shop", "my-shop", "1shop", ""])("[P1] the plugin id %j", (id) => {
    expect(mistakesOf({ id, title: text })).toEqual([
      `plugin "${id}": the id must be one lower-case word such as "twilio"`,
    ]);
  });

  test("[P2] a name with two owners, each named once", () => {
    const all = {
      ...shop(NODE),
      triggers: [TRIGGER],
      credentials: [CREDENTIAL],
      channels: [CHANNEL],
      webhooks: [WEBHOOK],
    };
    expect(mistakesOf(all, all, all)).toEqual(
      [
        'plugin "shop"',
        'node type "shop.find" version 1',
        'trigger type "shop.order"',
        'sms channel of provider "shop"',
        'credential "shop.account"',
        'webhook path "shop/order"',
      ].map((name) => `${name} is defined twice; each name has one owner`),
    );
  });

  test("[P3] a schema that does not compile: params, outputs, gives, fields", () => {
    const broken = Type.Object({ a: Type.Unsafe({ type: "text" }) });
    const plugin: PluginDefinition = {
      ...shop({ ...NODE, params: broken, outputs: { next: broken } }),
      triggers: [{ ...TRIGGER, params: broken, gives: broken }],
      credentials: [{ ...CREDENTIAL, fields: broken }],
    };
    const places = mistakesOf(plugin).map((mistake) => mistake.replace(/ does not compile: .+/, ""));
    expect(places).toEqual([
      'node "shop.find": the schema of params',
      'node "shop.find": the schema of outputs.next',
      'trigger "shop.order": the schema of params',
      'trigger "shop.order": the schema of gives',
      'credential "shop.account": the schema of fields',
    ]);
  });

  test("[P3] an x- keyword nobody knows", () => {
    const params = Type.Object({ a: Type.String({ "x-wigdet": "phone" }) });
    expect(mistakesOf(shop({ ...NODE, params }))).toEqual([
      'node "shop.find": the schema of params does not compile: strict mode: unknown keyword: "x-wigdet"',
    ]);
  });

  test("[P4] ports that are mentioned twice, badly named, reserved, or without a schema", () => {
    const ports = ["next", "next", "Big Port", "error", "bare"];
    const outputs = { next: NODE.params, "Big Port": NODE.params, error: NODE.params };
    expect(mistakesOf(shop({ ...NODE, ports, outputs }))).toEqual([
      'node "shop.find": port "next" is mentioned twice',
      'node "shop.find": port "Big Port" must be lower-case letters, digits, _ or -',
      'node "shop.find": port "error" is every node\'s own; leave it out',
      'node "shop.find": port "bare" has no schema in outputs',
    ]);
  });

  test("[P4] list ports without *, and outputs that no port has", () => {
    expect(mistakesOf(shop({ ...NODE, ports: ["next", { each: "cases", value: "port" }] }))).toEqual([
      'node "shop.find": ports from a list parameter need a schema in outputs["*"]',
    ]);
    const outputs = { next: NODE.params, other: NODE.params, "*": NODE.params };
    expect(mistakesOf(shop({ ...NODE, outputs }))).toEqual([
      'node "shop.find": outputs names port "other", which is not among its ports',
      'node "shop.find": outputs names port "*", which is not among its ports',
    ]);
  });

  test("[P5] words that are missing in one of the languages", () => {
    const bare = { en: "Words", es: " " };
    const plugin: PluginDefinition = {
      id: "shop",
      title: { en: "", es: "Tienda" },
      nodes: [{ ...NODE, title: bare, help: bare, example: { title: bare, params: {} } }],
      triggers: [{ ...TRIGGER, title: bare, help: bare, example: { title: bare, params: {} } }],
      credentials: [{ ...CREDENTIAL, title: bare }],
    };
    expect(mistakesOf(plugin)).toEqual(
      [
        'plugin "shop": title.en',
        'node "shop.find": title.es',
        'node "shop.find": help.es',
        'node "shop.find": example.title.es',
        'trigger "shop.order": title.es',
        'trigger "shop.order": help.es',
        'trigger "shop.order": example.title.es',
        'credential "shop.account": title.es',
      ].map((place) => `${place} is missing; both languages are needed`),
    );
  });

  test("[P6] a gap in migrate, and a step from a version that is not older", () => {
    const step = () => ({});
    expect(mistakesOf(shop({ ...NODE, version: 4, migrate: { 1: step, 3: step, 4: step } }))).toEqual([
      'node "shop.find": migrate has no step from version 2 to 3',
      'node "shop.find": migrate has a step from version 4, but the current version is 4',
    ]);
    expect(mistakesOf({ ...shop(), triggers: [{ ...TRIGGER, version: 2 }] })).toEqual([
      'trigger "shop.order": migrate has no step from version 1 to 2',
    ]);
  });

  test("[P7] a once node without a cost or a way to know", () => {
    expect(mistakesOf(shop({ ...NODE, effect: "once" }))).toEqual([
      'node "shop.find": a "once" node says what it costs: cost.meters, or cost.free with the reason',
      'node "shop.find": a "once" node says how a lost answer becomes known: settledBy',
    ]);
    const said = { effect: "once", cost: { free: true, why: "ours" }, settledBy: "webhook" } as const;
    expect(load(shop({ ...NODE, ...said })).types).toEqual(["shop.find"]);
  });

  test("[P8] a webhook that answers for a flow but cannot hold", () => {
    const webhook = { ...WEBHOOK, answer: () => ok };
    expect(mistakesOf({ ...shop(), webhooks: [webhook] })).toEqual([
      'webhook "shop/order": one that answers for a flow also needs hold, for flows that take long',
    ]);
    expect(load({ ...shop(), webhooks: [{ ...webhook, hold: () => ok }] }).webhooks).toHaveLength(1);
  });

  test("many mistakes of many plugins are told at once, as PLUGIN_INVALID", () => {
    const error = refusal(shop({ ...NODE, effect: "once" }), { id: "Other", title: { en: "", es: "" } });
    expect(error.code).toBe("PLUGIN_INVALID");
    expect(error.details.mistakes).toHaveLength(5);
    expect(error.message.split("\n- ")).toEqual([
      "Plugins cannot be loaded:",
      ...(error.details.mistakes as string[]),
    ]);
  });
});

function shop(...nodes: NodeDefinition[]): PluginDefinition {
  return { id: "shop", title: text, nodes };
}

function load(...plugins: PluginDefinition[]) {
  return createRegistry(plugins, createValidator().compile);
}

function refusal(...plugins: PluginDefinition[]): AppError {
  try {
    load(...plugins);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error("the registry took it");
}

function mistakesOf(...plugins: PluginDefinition[]): string[] {
  return refusal(...plugins).details.mistakes as string[];
}
