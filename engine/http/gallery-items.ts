import type { ErpModule } from "../core/erp-module.ts";
import type { ExampleFlow } from "../core/example-flow.ts";
import type { Flow, FlowNode } from "../core/flow.ts";
import { moduleFlow } from "../core/module-flow.ts";
import type { Runtime } from "../runtime/runtime.ts";

type Language = "en" | "es";

export interface GalleryItem {
  readonly view: GalleryView;
  flow(language: Language): Flow;
}

interface GalleryView {
  readonly key: string;
  readonly name: Readonly<Record<Language, string>>;
  readonly text: Readonly<Record<Language, string>>;
  readonly module: string | null;
  readonly starts: readonly string[];
  readonly families: readonly string[];
  readonly channels: readonly Channel[];
  readonly shape: object;
}

const CHANNELS = ["voice", "sms", "whatsapp"] as const;
type Channel = (typeof CHANNELS)[number];

type Registry = Runtime["registry"];

export function galleryItems(
  { registry, modules }: Runtime,
  examples: readonly ExampleFlow[],
): readonly GalleryItem[] {
  return [
    ...examples.map((example) => itemOfExample(registry, example)),
    ...modules.map((module) => itemOfModule(registry, module)),
  ];
}

function itemOfExample(registry: Registry, { flow, text }: ExampleFlow): GalleryItem {
  const event = flow.nodes.find(({ type }) => type === "data.event")?.data.params.module;
  const module = typeof event === "string" ? event : null;
  const name = { en: flow.name, es: flow.name };
  return { view: { key: flow.key, name, text, module, ...traitsOf(registry, flow) }, flow: () => flow };
}

function itemOfModule(registry: Registry, module: ErpModule): GalleryItem {
  const [en, es] = [moduleFlow(module, "en"), moduleFlow(module, "es")];
  const view = {
    key: es.key,
    name: { en: en.name, es: es.name },
    text: { en: en.description ?? "", es: es.description ?? "" },
    module: module.module,
    ...traitsOf(registry, es),
  };
  return { view, flow: (language) => (language === "en" ? en : es) };
}

function traitsOf(registry: Registry, flow: Flow) {
  const familyOf = ({ type, version }: FlowNode) =>
    (registry.trigger(type) ?? registry.node(type, version))?.family ?? "logic";
  const families = new Set(flow.nodes.map(familyOf));
  const nodes = flow.nodes.map((node) => ({
    id: node.id,
    type: node.type,
    family: familyOf(node),
    ...node.position,
  }));
  return {
    starts: flow.nodes.filter(({ type }) => registry.trigger(type) !== undefined).map(({ type }) => type),
    families: [...families],
    channels: channelsOf(flow, families),
    shape: { nodes, edges: flow.edges.map(({ source, target }) => ({ source, target })) },
  };
}

/** Calls where a node speaks; messages as its nodes name their channels. */
function channelsOf(flow: Flow, families: ReadonlySet<string>): readonly Channel[] {
  const named = new Set(flow.nodes.flatMap(channelsNamed));
  return CHANNELS.filter((channel) => named.has(channel) || (channel === "voice" && families.has("voice")));
}

function channelsNamed({ type, data }: FlowNode): readonly string[] {
  if (type.startsWith("meta.")) return ["whatsapp"];
  return [data.params.channels, data.params.channel].flat().filter((name) => typeof name === "string");
}
