import {
  AppError,
  defineNode,
  type Json,
  type JsonObject,
  type NodeContext,
  type Static,
  type StoreView,
  Type,
  wait,
} from "../../../engine/plugin-api.ts";
import { storesToChooseFrom } from "../group.ts";
import { StoreOutput, storeOutput, storeState } from "../store-output.ts";

// One key press each.
const MOST_STORES = 9;
const DEFAULT_TIMEOUT_SECONDS = 6;
const DEFAULT_REPEATS = 1;

const Params = Type.Object(
  {
    candidates: Type.Optional(
      Type.Array(Type.Object({ id: Type.String() }), {
        title: "Stores",
        description:
          "Usually {{ steps.route.candidates }}; empty: those of the group. The first nine are offered.",
        "x-es": {
          title: "Tiendas",
          description:
            "Normalmente {{ steps.route.candidates }}; vacío: las del grupo. Se ofrecen las nueve primeras.",
        },
      }),
    ),
    group: Type.Optional(
      Type.String({
        title: "Group",
        description: "Where no stores are given; empty: that of the number that was called, else all stores.",
        "x-options": "store-groups",
        "x-es": {
          title: "Grupo",
          description:
            "Si no se dan tiendas; vacío: el del número al que llamaron o, si no, todas las tiendas.",
        },
      }),
    ),
    intro: Type.Optional(
      Type.String({
        maxLength: 1000,
        title: "First",
        description: "Said before the list.",
        "x-widget": "textarea",
        "x-es": { title: "Primero", description: "Se dice antes de la lista." },
      }),
    ),
    option: Type.Optional(
      Type.String({
        maxLength: 200,
        title: "Each store",
        description:
          "Said for each store, with [name], [city], [address] and [digit]; empty: “For [name], press [digit].”",
        "x-es": {
          title: "Cada tienda",
          description:
            "Se dice por cada tienda, con [name], [city], [address] y [digit]; vacío: «Para [name], marque [digit].»",
        },
      }),
    ),
    language: Type.Optional(
      Type.String({
        title: "Language",
        description: "Such as es-MX; empty: the flow's.",
        "x-group": "advanced",
        "x-es": { title: "Idioma", description: "Por ejemplo es-MX; vacío: el del flujo." },
      }),
    ),
    voice: Type.Optional(
      Type.String({
        title: "Voice",
        description: "Name of one of the telephone provider's voices; empty: its usual one.",
        "x-group": "advanced",
        "x-es": {
          title: "Voz",
          description: "Nombre de una voz del proveedor telefónico; vacío: la habitual.",
        },
      }),
    ),
    timeoutSeconds: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 60,
        default: DEFAULT_TIMEOUT_SECONDS,
        title: "Wait for a key (s)",
        "x-es": { title: "Esperar una tecla (s)" },
      }),
    ),
    repeats: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 3,
        default: DEFAULT_REPEATS,
        title: "Repeat",
        description: "How often the list is said again when no key is pressed.",
        "x-es": { title: "Repetir", description: "Cuántas veces se repite la lista si no se pulsa nada." },
      }),
    ),
  },
  { additionalProperties: false },
);

export default defineNode({
  type: "stores.menu",
  version: 1,
  title: { en: "Let the caller choose a store", es: "Que elija la tienda" },
  help: {
    en: "Reads up to nine stores to the caller and waits for a key: “For Centro, press 1.” The chosen store becomes {{ store.name }}; a wrong key or silence leaves by timeout.",
    es: "Lee hasta nueve tiendas a quien llama y espera una tecla: «Para Centro, marque 1». La tienda elegida pasa a ser {{ store.name }}; una tecla equivocada o el silencio sale por timeout.",
  },
  family: "voice",
  icon: "list-numbers",
  params: Params,
  outputs: {
    chosen: Type.Object({
      store: StoreOutput,
      index: Type.Integer({
        minimum: 0,
        title: "Position",
        description: "In the list, from 0.",
        "x-es": { title: "Posición", description: "En la lista, desde 0." },
      }),
    }),
    timeout: Type.Object({}),
    hung_up: Type.Object({}),
  },
  ports: ["chosen", "timeout", "hung_up"],
  effect: "none",
  waits: true,
  needsLine: true,
  example: {
    title: { en: "Several stores are near", es: "Hay varias tiendas cerca" },
    params: { candidates: "{{ steps.route.candidates }}", intro: "Tenemos varias tiendas cerca de usted." },
  },
  run: async function storeMenu(ctx, params) {
    const stores = (await storesOf(ctx, params)).slice(0, MOST_STORES);
    if (stores.length === 0) {
      throw new AppError(
        "STORE_MISSING",
        `${ctx.nodeId}: there is no store to offer; expected at least one`,
        { nodeId: ctx.nodeId },
      );
    }
    const says = sentences(ctx, params, stores);
    const choices = stores.map((store, index) => ({ event: `digits:${index + 1}`, store, index }));
    return wait({
      until: new Date(ctx.now.getTime() + secondsNeeded(says, params) * 1000),
      timeoutPort: "timeout",
      keys: [ctx.urls.stepKey, ...callKeys(ctx)],
      events: {
        ...Object.fromEntries(choices.map(({ event }) => [event, "chosen"])),
        digits: "timeout",
        timeout: "timeout",
        hangup: "hung_up",
      },
      eventData: Object.fromEntries(
        choices.map(({ event, store, index }) => [
          event,
          { output: { store: storeOutput(store), index }, set: { store: storeState(store) } },
        ]),
      ),
      reply: gathers(ctx, params, says),
    });
  },
});

type MenuParams = Static<typeof Params>;

async function storesOf(ctx: NodeContext, params: MenuParams): Promise<readonly StoreView[]> {
  if (params.candidates === undefined) return storesToChooseFrom(ctx, params.group);
  const found = await Promise.all(params.candidates.map(({ id }) => ctx.directory.store(id)));
  return found.filter((store) => store !== null);
}

/** One Gather a time the list is said: without a key Twilio goes on to the next; only the last reports that none came. */
function gathers(ctx: NodeContext, params: MenuParams, says: readonly string[]): Json[] {
  const children = says.map((text) => ({
    verb: "Say",
    attrs: {
      language: params.language || spokenLanguage(ctx.locale, ctx.tenant.country),
      ...(params.voice ? { voice: params.voice } : {}),
    },
    text,
  }));
  const attrs = {
    input: "dtmf",
    numDigits: 1,
    timeout: params.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS,
    action: ctx.urls.step("twilio/voice/step"),
  };
  const silent = { verb: "Gather", attrs, children };
  const last = { verb: "Gather", attrs: { ...attrs, actionOnEmptyResult: true }, children };
  return [...Array.from({ length: repeatsOf(params) }, () => silent), last];
}

function sentences(ctx: NodeContext, params: MenuParams, stores: readonly StoreView[]): readonly string[] {
  const option = params.option || defaultOption(params.language || ctx.locale);
  const options = stores.map((store, index) => sayStore(option, store, index + 1));
  return params.intro ? [params.intro, ...options] : options;
}

function defaultOption(locale: string): string {
  return /^es(-|_|$)/i.test(locale) ? "Para [name], marque [digit]." : "For [name], press [digit].";
}

function sayStore(option: string, { name, city, address }: StoreView, digit: number): string {
  const values: Readonly<Record<string, string>> = {
    name,
    city: city ?? "",
    address: address ?? "",
    digit: String(digit),
  };
  return option.replace(/\[(\w+)\]/g, (all, key: string) => values[key] ?? all);
}

const SPANISH: Readonly<Record<string, string>> = { ES: "es-ES", US: "es-US", PR: "es-US" };

/** Twilio speaks Spanish as in Spain, the United States or Mexico; a language without a region gets a region it speaks. */
function spokenLanguage(locale: string, tenantCountry: string): string {
  const [language = "", region = tenantCountry] = locale.split(/[-_]/);
  switch (language.toLowerCase()) {
    case "es":
      return SPANISH[region.toUpperCase()] ?? "es-MX";
    case "en":
      return ["AU", "CA", "GB", "IE", "IN", "NZ", "ZA"].includes(region.toUpperCase())
        ? `en-${region.toUpperCase()}`
        : "en-US";
    case "pt":
      return region.toUpperCase() === "PT" ? "pt-PT" : "pt-BR";
    default:
      return locale.replace("_", "-");
  }
}

const CHARACTERS_PER_SECOND = 12;
const SLACK_SECONDS = 30;

/** Long enough for the slowest reading: after this nobody is on the line any more. */
function secondsNeeded(says: readonly string[], params: MenuParams): number {
  const speaking = Math.ceil(says.join(" ").length / CHARACTERS_PER_SECOND);
  return (
    (repeatsOf(params) + 1) * (speaking + (params.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS)) + SLACK_SECONDS
  );
}

function repeatsOf({ repeats }: MenuParams): number {
  return repeats ?? DEFAULT_REPEATS;
}

/** The end of the call wakes the step too. */
function callKeys({ trigger }: NodeContext): string[] {
  const call: JsonObject[string] | undefined = trigger.call;
  const sid = typeof call === "object" && call !== null && "sid" in call ? call.sid : null;
  return typeof sid === "string" ? [`call:${sid}`] : [];
}
