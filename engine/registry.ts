import type { NodeTypeInfo } from "./core/check-tools.ts";
import { AppError } from "./errors.ts";
import type {
  ChannelDefinition,
  ChannelKind,
  CredentialDefinition,
  MediaAdapter,
  NodeDefinition,
  NumberLifecycle,
  PluginDefinition,
  SocketDefinition,
  SocketSigner,
  TemplatesAdapter,
  Text,
  TriggerDefinition,
  VerifierDefinition,
  WebhookDefinition,
} from "./plugin-api.ts";
import { shapeMistakes } from "./plugin-shape.ts";

/** Everything the plugins brought, by name. Built once at start; says no to what an author got wrong. */
export interface Registry {
  node(type: string, version: number): NodeDefinition | undefined;
  trigger(type: string): TriggerDefinition | undefined;
  channel(provider: string, kind: ChannelKind): ChannelDefinition | undefined;
  credential(id: string): CredentialDefinition | undefined;
  /** How numbers of a provider are set up from here. */
  numbers(provider: string): NumberLifecycle | undefined;
  /** How templates get to this provider. */
  templates(provider: string): TemplatesAdapter | undefined;
  /** How files of this provider are fetched. */
  media(provider: string): MediaAdapter | undefined;
  verifier(provider: string): VerifierDefinition | undefined;
  /** How the vendor of a plugin signs the sockets it opens. */
  socketSigner(provider: string): SocketSigner | undefined;
  readonly sockets: readonly SocketDefinition[];
  readonly webhooks: readonly RegisteredWebhook[];
  readonly plugins: readonly PluginDefinition[];
  /** What `checkFlow` needs to know of a type. */
  info(type: string, version: number): NodeTypeInfo | null;
  readonly types: readonly string[];
}

export interface RegisteredWebhook {
  /** Id of the plugin, and with it the provider of the numbers it serves. */
  readonly plugin: string;
  readonly definition: WebhookDefinition;
}

/** Throws when a schema does not compile. */
export type CompileSchema = (schema: object) => void;

const TYPE_NAME = /^[a-z][a-z0-9]*\.[a-z][a-z0-9-]*$/;
const PLUGIN_NAME = /^[a-z][a-z0-9]*$/;
const PORT_NAME = /^[a-z0-9][a-z0-9_-]*$/;
// The engine's own namespace: only the plugin of that name may use it.
const RESERVED = "core";

/** @throws AppError PLUGIN_INVALID listing every mistake of every plugin, in words its author can act on */
export function createRegistry(plugins: readonly PluginDefinition[], compile: CompileSchema): Registry {
  const mistakes = allMistakes(plugins, compile);
  if (mistakes.length > 0) {
    throw new AppError("PLUGIN_INVALID", `Plugins cannot be loaded:\n- ${mistakes.join("\n- ")}`, {
      mistakes,
    });
  }
  const nodes = new Map(
    plugins.flatMap((plugin) => plugin.nodes ?? []).map((node) => [`${node.type}@${node.version}`, node]),
  );
  const triggers = new Map(
    plugins.flatMap((plugin) => plugin.triggers ?? []).map((trigger) => [trigger.type, trigger]),
  );
  const channels = new Map(
    plugins
      .flatMap((plugin) => plugin.channels ?? [])
      .map((channel) => [`${channel.provider} ${channel.channel}`, channel]),
  );
  const credentials = new Map(
    plugins.flatMap((plugin) => plugin.credentials ?? []).map((credential) => [credential.id, credential]),
  );
  const verifiers = new Map(
    plugins.flatMap((plugin) => plugin.verifiers ?? []).map((verifier) => [verifier.provider, verifier]),
  );
  return {
    node: (type, version) => nodes.get(`${type}@${version}`),
    trigger: (type) => triggers.get(type),
    channel: (provider, kind) => channels.get(`${provider} ${kind}`),
    credential: (id) => credentials.get(id),
    numbers: (provider) => plugins.find((plugin) => plugin.numbers?.provider === provider)?.numbers,
    templates: (provider) => plugins.find(({ id }) => id === provider)?.templates,
    media: (provider) => plugins.find(({ id }) => id === provider)?.media,
    verifier: (provider) => verifiers.get(provider),
    socketSigner: (provider) => plugins.find(({ id }) => id === provider)?.socketSigner,
    sockets: plugins.flatMap((plugin) => plugin.sockets ?? []),
    webhooks: plugins.flatMap((plugin) =>
      (plugin.webhooks ?? []).map((definition) => ({ plugin: plugin.id, definition })),
    ),
    plugins,
    info: (type, version) => infoOf(nodes.get(`${type}@${version}`), triggers.get(type), version),
    types: [...new Set([...nodes.values()].map((node) => node.type)), ...triggers.keys()].sort(),
  };
}

function allMistakes(plugins: readonly PluginDefinition[], compile: CompileSchema): string[] {
  const unreadable = plugins.flatMap(shapeMistakes);
  if (unreadable.length > 0) return unreadable;
  return [...duplicates(plugins), ...plugins.flatMap((plugin) => mistakesOf(plugin, compile))];
}

function infoOf(
  node: NodeDefinition | undefined,
  trigger: TriggerDefinition | undefined,
  version: number,
): NodeTypeInfo | null {
  if (node) {
    const { type, params, ports, outputs, waits = false, needsLine } = node;
    const seen = { type, version, kind: "node", params, ports, outputs, waits } as const;
    return needsLine ? { ...seen, needsLine } : seen;
  }
  if (trigger?.version !== version) return null;
  return {
    type: trigger.type,
    version,
    kind: "trigger",
    params: trigger.params,
    ports: ["next"],
    outputs: { next: trigger.gives },
    waits: false,
  };
}

function duplicates(plugins: readonly PluginDefinition[]): string[] {
  const names = plugins.flatMap((plugin) => [
    `plugin "${plugin.id}"`,
    ...(plugin.nodes ?? []).map((node) => `node type "${node.type}" version ${node.version}`),
    ...(plugin.triggers ?? []).map((trigger) => `trigger type "${trigger.type}"`),
    ...(plugin.channels ?? []).map(
      (channel) => `${channel.channel} channel of provider "${channel.provider}"`,
    ),
    ...(plugin.verifiers ?? []).map((verifier) => `verifier of provider "${verifier.provider}"`),
    ...(plugin.credentials ?? []).map((credential) => `credential "${credential.id}"`),
    ...(plugin.numbers ? [`set-up of numbers of provider "${plugin.numbers.provider}"`] : []),
    ...(plugin.webhooks ?? []).map((webhook) => `webhook path "${webhook.path}"`),
    ...(plugin.sockets ?? []).map((socket) => `socket path "${socket.path}"`),
  ]);
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))].map(
    (name) => `${name} is defined twice; each name has one owner`,
  );
}

function mistakesOf(plugin: PluginDefinition, compile: CompileSchema): string[] {
  const where = `plugin "${plugin.id}"`;
  const mistakes = [...textMistakes(where, "title", plugin.title)];
  if (!PLUGIN_NAME.test(plugin.id))
    mistakes.push(`${where}: the id must be one lower-case word such as "twilio"`);
  for (const node of plugin.nodes ?? []) mistakes.push(...nodeMistakes(plugin.id, node, compile));
  for (const trigger of plugin.triggers ?? []) mistakes.push(...triggerMistakes(plugin.id, trigger, compile));
  for (const credential of plugin.credentials ?? [])
    mistakes.push(...credentialMistakes(credential, compile));
  for (const webhook of plugin.webhooks ?? []) mistakes.push(...webhookMistakes(webhook));
  mistakes.push(...adapterMistakes(plugin));
  return mistakes;
}

function nodeMistakes(plugin: string, node: NodeDefinition, compile: CompileSchema): string[] {
  const where = `node "${node.type}"`;
  return [
    ...nameMistakes(where, plugin, node.type),
    ...textMistakes(where, "title", node.title),
    ...textMistakes(where, "help", node.help),
    ...textMistakes(where, "example.title", node.example.title),
    ...schemaMistakes(where, "params", node.params, compile),
    ...Object.entries(node.outputs).flatMap(([port, schema]) =>
      schemaMistakes(where, `outputs.${port}`, schema, compile),
    ),
    ...portMistakes(where, node),
    ...migrationMistakes(where, node),
    ...onceMistakes(where, node),
  ];
}

function triggerMistakes(plugin: string, trigger: TriggerDefinition, compile: CompileSchema): string[] {
  const where = `trigger "${trigger.type}"`;
  return [
    ...nameMistakes(where, plugin, trigger.type),
    ...textMistakes(where, "title", trigger.title),
    ...textMistakes(where, "help", trigger.help),
    ...textMistakes(where, "example.title", trigger.example.title),
    ...schemaMistakes(where, "params", trigger.params, compile),
    ...schemaMistakes(where, "gives", trigger.gives, compile),
    ...migrationMistakes(where, trigger),
  ];
}

function credentialMistakes(credential: CredentialDefinition, compile: CompileSchema): string[] {
  const where = `credential "${credential.id}"`;
  return [
    ...textMistakes(where, "title", credential.title),
    ...schemaMistakes(where, "fields", credential.fields, compile),
  ];
}

function nameMistakes(where: string, plugin: string, type: string): string[] {
  if (!TYPE_NAME.test(type))
    return [`${where}: a type is named plugin.node in kebab-case, such as "twilio.connect-call"`];
  const [owner] = type.split(".", 1);
  if (owner === plugin || (plugin === RESERVED && owner === "data")) return [];
  return [
    owner === RESERVED
      ? `${where}: types beginning with core. belong to the engine`
      : `${where}: the type must begin with "${plugin}.", the id of its plugin`,
  ];
}

function textMistakes(where: string, field: string, text: Text): string[] {
  return (["en", "es"] as const)
    .filter((language) => !text[language]?.trim())
    .map((language) => `${where}: ${field}.${language} is missing; both languages are needed`);
}

function schemaMistakes(where: string, field: string, schema: object, compile: CompileSchema): string[] {
  try {
    compile(schema);
    return [];
  } catch (error) {
    return [`${where}: the schema of ${field} does not compile: ${(error as Error).message}`];
  }
}

function portMistakes(where: string, node: NodeDefinition): string[] {
  const fixed = node.ports.filter((port) => typeof port === "string");
  const dynamic = node.ports.some((port) => typeof port !== "string");
  const twice = fixed.filter((port, index) => fixed.indexOf(port) !== index);
  const unknown = Object.keys(node.outputs).filter((port) =>
    port === "*" ? !dynamic : !fixed.includes(port),
  );
  return [
    ...[...new Set(twice)].map((port) => `${where}: port "${port}" is mentioned twice`),
    ...fixed
      .filter((port) => !PORT_NAME.test(port))
      .map((port) => `${where}: port "${port}" must be lower-case letters, digits, _ or -`),
    ...(fixed.includes("error") ? [`${where}: port "error" is every node's own; leave it out`] : []),
    ...fixed
      .filter((port) => !(port in node.outputs))
      .map((port) => `${where}: port "${port}" has no schema in outputs`),
    ...(dynamic && !("*" in node.outputs)
      ? [`${where}: ports from a list parameter need a schema in outputs["*"]`]
      : []),
    ...unknown.map((port) => `${where}: outputs names port "${port}", which is not among its ports`),
  ];
}

function migrationMistakes(
  where: string,
  definition: { readonly version: number; readonly migrate?: Readonly<Record<number, unknown>> },
): string[] {
  const steps = Object.keys(definition.migrate ?? {}).map(Number);
  const needed = Array.from({ length: definition.version - 1 }, (_, index) => index + 1);
  return [
    ...needed
      .filter((version) => !steps.includes(version))
      .map((version) => `${where}: migrate has no step from version ${version} to ${version + 1}`),
    ...steps
      .filter((version) => !needed.includes(version))
      .map(
        (version) =>
          `${where}: migrate has a step from version ${version}, but the current version is ${definition.version}`,
      ),
  ];
}

function onceMistakes(where: string, node: NodeDefinition): string[] {
  if (node.effect !== "once") return [];
  return [
    ...(node.cost
      ? []
      : [`${where}: a "once" node says what it costs: cost.meters, or cost.free with the reason`]),
    ...(node.settledBy ? [] : [`${where}: a "once" node says how a lost answer becomes known: settledBy`]),
  ];
}

function webhookMistakes(webhook: WebhookDefinition): string[] {
  const where = `webhook "${webhook.path}"`;
  if (webhook.answer && !webhook.hold)
    return [`${where}: one that answers for a flow also needs hold, for flows that take long`];
  return [];
}

function adapterMistakes(plugin: PluginDefinition): string[] {
  const own = new Set((plugin.credentials ?? []).map(({ id }) => id));
  return (["templates", "media"] as const).flatMap((name) => {
    const credential = plugin[name]?.credential;
    if (credential === undefined || own.has(credential)) return [];
    return [
      `plugin "${plugin.id}": ${name} needs the credential "${credential}", which the plugin does not bring`,
    ];
  });
}
