import type { JsonObject, NodeContext, StoreView } from "../../../engine/plugin-api.ts";
import type { ToolOutcome } from "../turn/events.ts";
import { type ToolOrder, type ToolShape, toldAs } from "./tool.ts";

/** A tool of the house itself. `shape` may depend on what the node's author allows. */
export interface OwnTool extends ToolShape {
  run(order: ToolOrder): Promise<ToolOutcome>;
}

export interface Ways {
  readonly exits: readonly { readonly port: string; readonly when: string }[];
  readonly targets: readonly string[];
  /** The port of a conversation that ends where there are no exits. */
  readonly ended: string;
}

const MOST_STORES = 5;
const text = (maxLength: number, description: string) => ({ type: "string", maxLength, description });

function object(properties: JsonObject, required: readonly string[] = []): JsonObject {
  return { type: "object", properties, required: [...required], additionalProperties: false };
}

const words = (es: string, en: string) => ({ es: { says: es, labels: {} }, en: { says: en, labels: {} } });

export const businessInfo: OwnTool = {
  name: "get_business_info",
  class: "read",
  description: "Nombre, dirección, teléfono, página y horario de hoy del negocio y sus tiendas.",
  parameters: object({}),
  words: words("consultar los datos del negocio", "look up the business"),
  async run({ ctx }) {
    const stores = ctx.store ? [ctx.store] : await ctx.directory.storesOfTenant();
    return {
      text: toldAs({ negocio: ctx.tenant.name, tiendas: stores.slice(0, MOST_STORES).map(storeInfo) }),
    };
  },
};

function storeInfo({ name, address, city, landline, website, hoursText }: StoreView): JsonObject {
  return {
    nombre: name,
    direccion: address,
    ciudad: city,
    telefono: landline,
    web: website,
    hoy: hoursText ?? null,
  };
}

export const takeMessage: OwnTool = {
  name: "take_message",
  class: "outcome",
  description: "Toma un recado para el equipo: qué, y cuándo se le puede llamar.",
  parameters: object(
    { mensaje: text(1_000, "Qué quiere que se diga"), cuando: text(120, "Cuándo llamarle") },
    ["mensaje"],
  ),
  words: words("tomar el recado", "take a message"),
  run: async ({ arguments: { mensaje, cuando } }) => ({
    text: toldAs({ mensaje: "Recado anotado para el equipo." }),
    notes: { message: String(mensaje), ...(cuando === undefined ? {} : { callAt: String(cuando) }) },
  }),
};

/** Only to whom the author listed; a model that could name a number could call any. */
export function transferTo({ targets }: Ways): OwnTool {
  const destino = targets.length === 0 ? {} : { destino: { type: "string", enum: [...targets] } };
  return {
    name: "transfer_to_agent",
    class: "outcome",
    description: "Pasa la conversación a una persona del equipo.",
    parameters: object(
      { ...destino, motivo: text(300, "Por qué"), resumen: text(600, "Lo que debe saber quien atienda") },
      targets.length === 0 ? [] : ["destino"],
    ),
    words: words("pasarle con una persona", "pass you to a person"),
    run: async ({ arguments: { destino: target = null, motivo = "", resumen = "" } }) => ({
      text: "",
      exit: {
        port: "handoff",
        reason: "transferred",
        data: { target, why: String(motivo), summary: String(resumen) },
      },
    }),
  };
}

/** Ends it by one of the author's ways out; without any, as answered. */
export function endCall({ exits, ended }: Ways): OwnTool {
  const salida =
    exits.length === 0
      ? {}
      : {
          salida: {
            type: "string",
            enum: exits.map(({ port }) => port),
            description: exits.map(({ port, when }) => `${port}: ${when}`).join("\n"),
          },
        };
  return {
    name: "end_call",
    class: "outcome",
    description: "Termina la conversación cuando ya no queda nada por hacer.",
    parameters: object(
      { ...salida, resumen: text(600, "Qué se hizo"), despedida: text(300, "Lo último que se dice") },
      [...(exits.length === 0 ? [] : ["salida"])],
    ),
    words: words("terminar", "end the conversation"),
    run: async ({ arguments: { salida: port = ended, resumen = "", despedida } }) => ({
      text: "",
      exit: {
        port: String(port),
        reason: "ended",
        data: { summary: String(resumen) },
        ...(typeof despedida === "string" && despedida.trim() !== "" ? { line: despedida } : {}),
      },
    }),
  };
}

/** Searching is what agents do before each answer anyway; this is for a second look. */
export function searchKnowledge(collections: readonly string[]): OwnTool {
  return {
    name: "buscar_informacion",
    class: "read",
    description: "Busca en los documentos del negocio.",
    parameters: object({ pregunta: text(300, "Qué se busca") }, ["pregunta"]),
    words: words("buscar información", "look for information"),
    async run({ ctx, arguments: { pregunta } }) {
      const found = await searchIn(ctx, String(pregunta), collections);
      return {
        text: toldAs({
          resultados: found.map(({ title, text: body }) => ({ documento: title, texto: body })),
        }),
      };
    },
  };
}

const MOST_PASSAGES = 4;

export function searchIn(ctx: NodeContext, question: string, collections: readonly string[]) {
  const options = { limit: MOST_PASSAGES, ...(collections.length === 0 ? {} : { collections }) };
  return ctx.agent.search(question, options);
}
