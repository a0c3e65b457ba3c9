import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import path from "node:path";
import { BUILT_IN_PLUGINS } from "../../../engine/built-in-plugins.ts";
import { nodeTypesOf } from "../../../engine/http/node-type-view.ts";

const FLOWS = path.join(import.meta.dirname, "../../../flows");
const TYPES = BUILT_IN_PLUGINS.flatMap((plugin) => nodeTypesOf(plugin, plugin.id === "twilio"));

/** The catalogue, a flow, and as much of the API as the panel asks. */
export async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  next: () => void,
): Promise<void> {
  const data = await dataFor(new URL(request.url ?? "/", "http://localhost"), request);
  if (data === undefined) {
    next();
    return;
  }
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify(data));
}

async function dataFor(url: URL, request: IncomingMessage): Promise<unknown> {
  if (url.pathname.startsWith("/api/v1/options/")) return optionsFor(url);
  switch (url.pathname) {
    case "/fixtures/catalogue.json":
      return TYPES;
    case "/fixtures/flow.json":
      return flowFor(url.searchParams);
    case "/api/v1/me":
      return { keyId: "k", scopes: ["*"], tenant: TENANT };
    case "/api/v1/templates":
      return { items: TEMPLATES, nextCursor: null };
    case "/api/v1/messages/preview":
      return preview(await readBody(request));
    default:
      return undefined;
  }
}

const TENANT = {
  id: "t",
  name: "Hotel Sol",
  country: "CO",
  timezone: "America/Bogota",
  locale: "es-CO",
  status: "active",
};

const OPTIONS: Readonly<Record<string, readonly object[]>> = {
  templates: [
    {
      value: "reserva_confirmada",
      label: "reserva_confirmada",
      detail: "es-CO · Hola {{ nombre }}, tu reserva está confirmada.",
      variables: ["nombre", "fecha", "codigo"],
    },
  ],
  numbers: [{ value: "n1", label: "+576015550100", detail: "twilio" }],
  stores: [
    { value: "s1", label: "La Espiga, Chapinero", detail: "Calle 63 # 9-12, Bogotá" },
    { value: "s2", label: "La Espiga, Usaquén", detail: "Carrera 7 # 119-14, Bogotá" },
  ],
  "store-groups": [{ value: "g1", label: "Panaderías de Bogotá", detail: "America/Bogota" }],
};

const TEMPLATES = [
  {
    id: "tp1",
    key: "reserva_confirmada",
    locale: "es-CO",
    content: {
      header: { type: "image", sample: "med_1" },
      body: "Hola {{ nombre }}, tu reserva del *{{ fecha }}* está confirmada.\nCódigo: {{ codigo }}",
      footer: "La Espiga",
      buttons: [
        { type: "url", text: "Ver reserva", url: "https://r.example/{{ codigo }}" },
        { type: "quick_reply", text: "Cambiar la fecha" },
      ],
    },
  },
];

function optionsFor(url: URL): unknown {
  const source = url.pathname.split("/").at(-1) ?? "";
  const [value, search = ""] = [url.searchParams.get("value"), url.searchParams.get("search") ?? ""];
  const items = (OPTIONS[source] ?? []).filter((option) =>
    value === null
      ? JSON.stringify(option).toLowerCase().includes(search.toLowerCase())
      : Reflect.get(option, "value") === value,
  );
  return { items, nextCursor: null };
}

/** A flow of the examples; or, by `type`, one with a node of that type between what usually comes before. */
function flowFor(asked: URLSearchParams): unknown {
  const key = asked.get("flow");
  if (key !== null && /^[a-z0-9-]+$/.test(key))
    return JSON.parse(readFileSync(path.join(FLOWS, key, "flow.json"), "utf8"));
  const type = TYPES.find((each) => each.type === asked.get("type"));
  const params = asked.has("params") ? JSON.parse(asked.get("params") ?? "{}") : (type?.example.params ?? {});
  return {
    schemaVersion: 1,
    key: "prueba",
    name: "Prueba",
    settings: { locale: "es" },
    variables: [{ key: "telefono_ventas", description: "Teléfono de ventas", default: "+576015550111" }],
    nodes: [
      node("llamada", "twilio.incoming-call", { label: "Llaman", params: {} }),
      node("menu", "twilio.gather", {
        label: "Menú",
        params: { prompt: { text: "Marque 1" }, digitPorts: ["1"] },
      }),
      node("nodo", type?.type ?? "core.end", { params }),
    ],
    edges: [
      { id: "e1", source: "llamada", sourceHandle: "next", target: "menu" },
      { id: "e2", source: "menu", sourceHandle: "1", target: "nodo" },
    ],
  };
}

function node(id: string, type: string, data: object): object {
  return {
    id,
    type,
    version: TYPES.find((each) => each.type === type)?.version ?? 1,
    position: { x: 0, y: 0 },
    data,
  };
}

async function readBody(request: IncomingMessage): Promise<{ channel: string; text: string }> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(Buffer.from(part));
  return JSON.parse(Buffer.concat(parts).toString("utf8"));
}

function preview({ channel, text }: { readonly channel: string; readonly text: string }): unknown {
  const costly = [...new Set(text.match(/[áíóúÁÍÓÚ]/g) ?? [])];
  const size = costly.length > 0 ? 70 : 160;
  const segments = channel === "sms" ? Math.max(1, Math.ceil(text.length / size)) : 1;
  const cost = { meter: channel, credits: segments, remaining: 940 };
  return {
    channel,
    text,
    segments,
    encoding: null,
    characters: text.length,
    unitsPerSegment: size,
    costly,
    warning: null,
    cost,
    held: null,
  };
}
