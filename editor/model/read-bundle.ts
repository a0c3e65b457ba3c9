import { faultInSpanish } from "../../engine/core/fault-in-spanish.ts";
import { FlowSchema } from "../../engine/core/flow.ts";
import { fieldOf, isRecord } from "../../engine/core/plain-data.ts";
import { type Bundle, BundleSchema } from "./bundle-schema.ts";
import { jsonFault } from "./json-fault.ts";
import { violations } from "./schema-check.ts";
import type { Words } from "./words.ts";

export interface BundleProblem {
  /** JSON pointer; empty: the whole of it. */
  readonly path: string;
  readonly message: Words;
}

const MAX_BYTES = 1024 * 1024;
const MAX_NODES = 2000;
const MAX_PROBLEMS = 50;

/** A bundle, or a flow as the API gives it. Anything may be in a file: what is wrong is told with its place. */
export function readBundle(
  text: string,
): { readonly bundle: Bundle } | { readonly problems: readonly BundleProblem[] } {
  const bytes = new TextEncoder().encode(text).length;
  if (bytes > MAX_BYTES) return { problems: [tooLarge(bytes)] };
  const parsed = parse(text);
  if ("problem" in parsed) return { problems: [parsed.problem] };
  const { value } = parsed;
  const foreign = foreignProblem(value);
  if (foreign) return { problems: [foreign] };
  const isBundle = fieldOf(value, "centralita") === "bundle";
  const bundle = isBundle ? value : { centralita: "bundle", version: 1, flow: value, requirements: [] };
  const prefix = isBundle ? "" : "/flow";
  const crowded = tooManyNodes(
    fieldOf(fieldOf(bundle, "flow"), "nodes"),
    isBundle ? "/flow/nodes" : "/nodes",
  );
  if (crowded) return { problems: [crowded] };
  const faults = violations(isBundle ? BundleSchema : FlowSchema, isBundle ? bundle : value);
  if (faults.length === 0) return { bundle: bundle as Bundle };
  const told = faults.slice(0, MAX_PROBLEMS).map(({ path, message }) => ({
    path,
    message: {
      en: `${path || prefix || "/"}: ${message}`,
      es: `${path || prefix || "/"}: ${faultInSpanish(message)}`,
    },
  }));
  return { problems: told };
}

function parse(text: string): { readonly value: unknown } | { readonly problem: BundleProblem } {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return { problem: brokenJson(text, jsonFault(text) ?? text.length) };
  }
}

function brokenJson(text: string, at: number): BundleProblem {
  if (at >= text.trimEnd().length) {
    const words = { en: "The JSON ends too soon.", es: "El JSON termina antes de tiempo." };
    return { path: "", message: words };
  }
  const before = text.slice(0, at).split("\n");
  const [line, column] = [before.length, (before.at(-1)?.length ?? 0) + 1];
  return {
    path: "",
    message: {
      en: `The JSON is broken at line ${line}, column ${column}.`,
      es: `El JSON está roto en la línea ${line}, columna ${column}.`,
    },
  };
}

/** Other programs' files are told by what only they have. */
const FOREIGN: readonly { readonly name: string; readonly fits: (value: unknown) => boolean }[] = [
  { name: "n8n", fits: (value) => isRecord(value) && "connections" in value && Array.isArray(value.nodes) },
  {
    name: "Twilio Studio",
    fits: (value) => isRecord(value) && Array.isArray(value.states) && "initial_state" in value,
  },
  {
    name: "Node-RED",
    fits: (value) =>
      Array.isArray(value) &&
      value.some((each) => isRecord(each) && ("wires" in each || each.type === "tab")),
  },
  { name: "Typebot", fits: (value) => isRecord(value) && "typebotId" in value },
  {
    name: "Typebot",
    fits: (value) =>
      isRecord(value) && Array.isArray(value.groups) && Array.isArray(value.edges) && !("nodes" in value),
  },
];

function foreignProblem(value: unknown): BundleProblem | null {
  const from = FOREIGN.find(({ fits }) => fits(value))?.name;
  if (from !== undefined) {
    return {
      path: "",
      message: {
        en: `This is a file of ${from}; only flows of Centralita can be imported.`,
        es: `Es un archivo de ${from}; solo se pueden importar flujos de Centralita.`,
      },
    };
  }
  const isOurs =
    isRecord(value) && (value.centralita === "bundle" || "schemaVersion" in value || "nodes" in value);
  if (isOurs) return null;
  return {
    path: "",
    message: { en: "This JSON is not a flow.", es: "Este JSON no es un flujo." },
  };
}

function tooLarge(bytes: number): BundleProblem {
  const size = (bytes / MAX_BYTES).toFixed(1);
  return {
    path: "",
    message: {
      en: `It has ${size} MB; at most 1 MB can be imported.`,
      es: `Ocupa ${size.replace(".", ",")} MB; se puede importar 1 MB como máximo.`,
    },
  };
}

function tooManyNodes(nodes: unknown, path: string): BundleProblem | null {
  if (!Array.isArray(nodes) || nodes.length <= MAX_NODES) return null;
  return {
    path,
    message: {
      en: `It has ${nodes.length} nodes; a flow has at most ${MAX_NODES}.`,
      es: `Tiene ${nodes.length} nodos; un flujo tiene como máximo ${MAX_NODES}.`,
    },
  };
}
