/**
 * What every plugin owes, generated from its own definitions. Framework-free: each test has a name and runs.
 *
 *   test.each(contractTests(plugin))("$name", ({ run }) => run());
 */
import fc from "fast-check";
import { pointerOf } from "../core/json-pointer.ts";
import { portsOf } from "../core/ports.ts";
import { type NodeResult, REENTER } from "../core/run.ts";
import { schemaFaults } from "../core/schema-faults.ts";
import { templatesIn } from "../core/templates-in.ts";
import { visibleParams } from "../core/visibility.ts";
import {
  AppError,
  type CredentialDefinition,
  type EffectOutcome,
  type FetchAnswer,
  type JsonObject,
  type NodeContext,
  type PluginDefinition,
  REFUSALS,
  type TriggerDefinition,
} from "../plugin-api.ts";
import { createRegistry } from "../registry.ts";
import { createValidator } from "../validator.ts";
import { arbitraryParams } from "./arbitrary-params.ts";
import { type AnyNode, contextData, nodeContext } from "./node-context.ts";

export interface ContractTest {
  readonly name: string;
  /** Rejects with what is wrong, in words. */
  readonly run: () => Promise<void>;
}

export interface ContractOptions {
  /**
   * Parameters as flows saved them with an older version of a type: `{ "orders.find": { 1: { order: "A 17" } } }`. One for
   * each version that `migrate` starts from.
   */
  readonly saved?: Readonly<Record<string, Readonly<Record<number, JsonObject>>>>;
  /** What a step may see besides its parameters, for nodes that are nothing without it. */
  readonly context?: Partial<NodeContext>;
  /** Generated runs of each node; default 50. */
  readonly runs?: number;
}

const RUNS = 50;
const validator = createValidator();

/** The tests of a plugin's contract: definitions, examples, migrations, ports and outputs, secrets. */
export function contractTests(
  plugin: PluginDefinition,
  options: ContractOptions = {},
): readonly ContractTest[] {
  const nodes = plugin.nodes ?? [];
  return [
    test(`${plugin.id}: its definitions are complete`, () =>
      void createRegistry([plugin], validator.compile)),
    ...[...nodes, ...(plugin.triggers ?? [])].flatMap((entry) => definitionTests(entry, options)),
    ...nodes.map((node) =>
      test(`${node.type}: leaves by its ports, with outputs that fit, and tells no secret`, () =>
        generatedRuns(plugin, node, options)),
    ),
  ];
}

function test(name: string, act: () => unknown): ContractTest {
  return { name, run: async () => void (await act()) };
}

// ------------------------------------------------------------------------------------------------ what is declared

function definitionTests(
  entry: AnyNode | TriggerDefinition,
  { saved = {} }: ContractOptions,
): ContractTest[] {
  const versions = Object.keys(entry.migrate ?? {}).map(Number);
  return [
    test(`${entry.type}: the example fits its parameters`, () => exampleFits(entry)),
    ...versions.map((version) =>
      test(`${entry.type}: what version ${version} saved still fits`, () =>
        migrationHolds(entry, version, saved[entry.type]?.[version])),
    ),
  ];
}

function exampleFits({ params: schema, example }: AnyNode | TriggerDefinition): void {
  const filled = validator.withDefaults(schema, { ...example.params });
  const visible = visibleParams(schema, filled);
  // What is still a template is only known when it runs.
  const templated = new Set(templatesIn(visible.params, visible.schema).map(({ path }) => pointerOf(path)));
  const faults = schemaFaults(
    { validate: validator.violations },
    { schema: visible.schema, value: visible.params, templated },
  );
  if (faults.length > 0) throw new Error(`the example does not fit: ${JSON.stringify(faults)}`);
}

function migrationHolds(
  { type, version: current, migrate = {}, params }: AnyNode | TriggerDefinition,
  version: number,
  saved: JsonObject | undefined,
): void {
  if (!saved) throw new Error(`give parameters that version ${version} saved: saved["${type}"][${version}]`);
  let now = saved;
  for (let step = version; step < current; step++) {
    const before = JSON.stringify(now);
    const after = migrate[step]?.(now) ?? now;
    if (JSON.stringify(now) !== before) throw new Error(`migrate[${step}] changes what it is given`);
    now = after;
  }
  const visible = visibleParams(params, validator.withDefaults(params, now));
  const faults = validator.violations(visible.schema, visible.params);
  if (faults.length > 0)
    throw new Error(`version ${version} becomes ${JSON.stringify(now)}: ${words(faults)}`);
}

// ------------------------------------------------------------------------------------------------ what it does

/** Looks like nothing else, so that it is found wherever it turns up. */
const SECRET = "sk_contract_0f6c1d";
/** Nobody listens there. */
const NOWHERE = "http://127.0.0.1:9";

async function generatedRuns(
  plugin: PluginDefinition,
  node: AnyNode,
  options: ContractOptions,
): Promise<void> {
  const credentials = credentialsOf(plugin);
  const property = fc.asyncProperty(
    arbitraryParams(node.params, node.example.params),
    WORLD,
    async (given, world) => {
      const filled = validator.withDefaults(node.params, structuredClone(given));
      const { params, schema } = visibleParams(node.params, filled);
      fc.pre(validator.violations(schema, params).length === 0);
      const data = contextData({ credentials, balances: world.balances });
      const context = nodeContext({ data, ...services(world), ...options.context });
      const said = await outcomeOf(node, context, params as JsonObject);
      const told = JSON.stringify([
        said,
        data.logs.map(({ data: logged, message }) => [plain(logged), message]),
      ]);
      if (told.includes(SECRET)) throw new Error(`a secret is told: ${told}`);
    },
  );
  await fc.assert(property, { numRuns: options.runs ?? RUNS, maxSkipsPerRun: 200 });
}

/** The result, looked through; or the error it ended with. */
async function outcomeOf(node: AnyNode, context: NodeContext, params: JsonObject): Promise<unknown> {
  try {
    const result = (await node.run(context, params)) as NodeResult;
    checkResult(node, params, result);
    return result;
  } catch (error) {
    if (error instanceof AppError)
      return { code: error.code, message: error.message, details: error.details };
    throw error;
  }
}

function checkResult(node: AnyNode, params: JsonObject, result: NodeResult): void {
  const ports = portsOf(node.ports, params);
  if (result.kind === "wait") {
    const { events, timeoutPort } = result.wait;
    const known = [...ports, REENTER];
    const unknown = [timeoutPort, ...Object.values(events)].filter((port) => !known.includes(port));
    if (unknown.length > 0) throw new Error(`it waits for ports it does not have: ${unknown.join(", ")}`);
  }
  if (result.kind !== "next") return;
  if (!ports.includes(result.port))
    throw new Error(`it leaves by "${result.port}"; its ports are ${ports.join(", ")}`);
  const schema = node.outputs[result.port] ?? node.outputs["*"] ?? {};
  const faults = validator.violations(schema, JSON.parse(JSON.stringify(result.output)));
  if (faults.length > 0)
    throw new Error(`the output of port "${result.port}" does not fit: ${words(faults)}`);
}

function words(faults: readonly { readonly path: string; readonly message: string }[]): string {
  return faults.map(({ path, message }) => `${path || "it"} ${message}`).join("; ");
}

/** An error in a log is told with its message. */
function plain(logged: object): object {
  return Object.fromEntries(
    Object.entries(logged).map(([name, value]) => [name, value instanceof Error ? String(value) : value]),
  );
}

/** Fields that are secret say so in their value; the others are as their schema wants them. */
function credentialsOf({ credentials = [] }: PluginDefinition): Record<string, JsonObject> {
  return Object.fromEntries(
    credentials.map(({ id, fields }) => {
      const fitting = arbitraryParams(fields, {}).filter(
        (given) => validator.violations(fields, given).length === 0,
      );
      const [sample = {}] = fc.sample(fitting, { numRuns: 1, seed: 1 });
      const secrets = Object.entries(fields.properties).filter(([, schema]) => "x-secret" in schema);
      const told = secrets.map(([name]) => [name, SECRET] as const);
      return [id, { ...sample, ...Object.fromEntries(told), ...addressOf(fields) }];
    }),
  );
}

function addressOf({ properties }: CredentialDefinition["fields"]): JsonObject {
  return "baseUrl" in properties ? { baseUrl: NOWHERE } : {};
}

// ------------------------------------------------------------------------------------------------ the world it meets

interface ChanceWorld {
  readonly outcome: EffectOutcome;
  readonly answer: FetchAnswer;
  readonly balances: { readonly sms: number | null; readonly voice: number | null };
}

const OUTCOMES: fc.Arbitrary<EffectOutcome> = fc.oneof(
  fc.record({
    state: fc.constant("accepted" as const),
    ref: fc.constant("ref_1"),
    status: fc.constantFrom("queued" as const, "sent" as const, "delivered" as const),
  }),
  fc.record({
    state: fc.constant("refused" as const),
    reason: fc.constantFrom(...REFUSALS),
    vendorCode: fc.constantFrom("", "63016"),
    message: fc.constant("the vendor would not"),
  }),
  fc.constant<EffectOutcome>({ state: "insufficient_credits", meter: "sms" }),
  fc.constant<EffectOutcome>({ state: "quiet_hours", until: "09:00" }),
  fc.constant<EffectOutcome>({ state: "unresolved", effectId: "eff_1" }),
);

const WORLD: fc.Arbitrary<ChanceWorld> = fc.record({
  outcome: OUTCOMES,
  answer: fc.record({
    status: fc.constantFrom(200, 204, 301, 400, 404, 429, 500, 503),
    headers: fc.constantFrom({}, { "content-type": "application/json" }),
    text: fc.oneof(fc.constant(""), fc.json(), fc.string()),
  }),
  balances: fc.record({ sms: fc.constantFrom(null, 0, 5), voice: fc.constantFrom(null, 0, 5) }),
});

const TICKET = {
  effectId: "eff_1",
  signal: new AbortController().signal,
  statusUrl: "https://flow.test/hooks/status/eff_1?s=signed",
  attempt: 0,
};

function services({ outcome, answer }: ChanceWorld): Partial<NodeContext> {
  return {
    // Where the vendor is to take it, what the node does then is done: what it makes of the answer is its own.
    once: async (_part, _intent, act) => (outcome.state === "accepted" ? act(TICKET) : outcome),
    send: async () => outcome,
    sendMany: async (_channel, messages) => new Map(messages.map(({ part }) => [part, outcome])),
    fetch: async () => answer,
  };
}
