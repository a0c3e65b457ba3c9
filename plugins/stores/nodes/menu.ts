import {
  AppError,
  defineNode,
  type Json,
  type JsonObject,
  type NodeContext,
  next,
  type Static,
  type StoreView,
  Type,
  wait,
} from "../../../engine/plugin-api.ts";
import { storesToChooseFrom } from "../group.ts";
import {
  asksForMore,
  type Chat,
  chatEvents,
  chatOf,
  type MenuWords,
  type Page,
  pageOf,
  rows,
  sentences,
} from "../menu-line.ts";
import { StoreOutput, storeOutput, storeState } from "../store-output.ts";

const DEFAULT_TIMEOUT_SECONDS = 6;
const DEFAULT_REPEATS = 1;
const DEFAULT_CHAT_MINUTES = 30;

const Params = Type.Object(
  {
    candidates: Type.Optional(
      Type.Array(Type.Object({ id: Type.String() }), {
        title: "Stores",
        description:
          "Usually {{ steps.route.candidates }}; empty: those of the group. More than one page says how to hear the next.",
        "x-es": {
          title: "Tiendas",
          description:
            "Normalmente {{ steps.route.candidates }}; vacío: las del grupo. Si no caben en una página, se dice cómo oír la siguiente.",
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
    more: Type.Optional(
      Type.String({
        maxLength: 200,
        title: "Next page",
        description: "Empty: “To hear more, press 9.” on the call, “0. See more” in the chat.",
        "x-group": "advanced",
        "x-es": {
          title: "Página siguiente",
          description: "Vacío: «Para oír más, marque 9.» en la llamada, «0. Ver más» en el chat.",
        },
      }),
    ),
    chatMinutes: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 1440,
        default: DEFAULT_CHAT_MINUTES,
        title: "Wait in the chat (min)",
        "x-group": "advanced",
        "x-es": { title: "Esperar en el chat (min)" },
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
        description:
          "How often the list is said again when no key is pressed, or an answer in the chat is not understood.",
        "x-es": {
          title: "Repetir",
          description: "Cuántas veces se repite si no se pulsa nada o no se entiende lo escrito.",
        },
      }),
    ),
  },
  { additionalProperties: false },
);

export default defineNode({
  type: "stores.menu",
  version: 1,
  title: { en: "Let the person choose a store", es: "Que elija la tienda" },
  help: {
    en: "Offers stores on the call (“For Centro, press 1”) or as rows in the chat, page by page, and waits for the choice. The chosen store becomes {{ store.name }}; a wrong key or silence leaves by timeout.",
    es: "Ofrece tiendas en la llamada («Para Centro, marque 1») o como filas en el chat, página a página, y espera la elección. La tienda elegida pasa a ser {{ store.name }}; una tecla equivocada o el silencio sale por timeout.",
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
        description: "In the whole list, from 0.",
        "x-es": { title: "Posición", description: "En la lista entera, desde 0." },
      }),
    }),
    timeout: Type.Object({}),
    hung_up: Type.Object({}),
  },
  ports: ["chosen", "timeout", "hung_up"],
  // On a call nothing leaves; in a chat each page is an effect of its own, with an intent that `ctx.send` commits.
  effect: "none",
  cost: { meters: ["sms", "whatsapp"] },
  waits: true,
  needsLine: true,
  example: {
    title: { en: "Several stores are near", es: "Hay varias tiendas cerca" },
    params: { candidates: "{{ steps.route.candidates }}", intro: "Tenemos varias tiendas cerca de usted." },
  },
  run: async function storeMenu(ctx, params) {
    const stores = await storesOf(ctx, params);
    if (stores.length === 0) {
      throw new AppError(
        "STORE_MISSING",
        `${ctx.nodeId}: there is no store to offer; expected at least one`,
        { nodeId: ctx.nodeId },
      );
    }
    const turn = turnOf(ctx.memo);
    const chat = chatOf(ctx);
    return chat === null
      ? askOnCall(ctx, params, stores, turn)
      : askInChat(ctx, params, stores, { chat, turn });
  },
});

type MenuParams = Static<typeof Params>;

/** Which page it is, and how many answers were not understood. */
interface Turn {
  readonly page: number;
  readonly misses: number;
}

function turnOf(memo: Json | null): Turn {
  // Only this node writes it.
  const {
    page = 0,
    misses = 0,
    heard,
  } = (memo ?? {}) as Partial<Turn> & {
    readonly heard?: { readonly event: string };
  };
  if (heard === undefined) return { page, misses };
  return asksForMore(heard.event) ? { page: page + 1, misses } : { page, misses: misses + 1 };
}

async function storesOf(ctx: NodeContext, params: MenuParams): Promise<readonly StoreView[]> {
  if (params.candidates === undefined) return storesToChooseFrom(ctx, params.group);
  const found = await Promise.all(params.candidates.map(({ id }) => ctx.directory.store(id)));
  return found.filter((store) => store !== null);
}

function askOnCall(ctx: NodeContext, params: MenuParams, stores: readonly StoreView[], turn: Turn) {
  const page = pageOf(stores, turn.page, "call");
  const says = sentences(page, wordsOf(ctx, params), turn.page === 0);
  return wait({
    until: new Date(ctx.now.getTime() + secondsNeeded(says, params) * 1000),
    timeoutPort: "timeout",
    keys: [ctx.urls.stepKey, ...callKeys(ctx)],
    events: {
      ...chosenBy(page, (_, index) => [`digits:${index + 1}`]).events,
      digits: "timeout",
      timeout: "timeout",
      hangup: "hung_up",
    },
    eventData: chosenBy(page, (_, index) => [`digits:${index + 1}`]).eventData,
    ...(page.hasMore ? { back: { events: ["digits:9"], memo: { ...turn } } } : {}),
    reply: gathers(ctx, params, says),
  });
}

async function askInChat(
  ctx: NodeContext,
  params: MenuParams,
  stores: readonly StoreView[],
  { chat, turn }: { readonly chat: Chat; readonly turn: Turn },
) {
  if (turn.misses > repeatsOf(params)) return next("timeout", {});
  const page = pageOf(stores, turn.page, "chat");
  await write(ctx, chat, rows(page, wordsOf(ctx, params), turn.misses > 0));
  const minutes = params.chatMinutes ?? DEFAULT_CHAT_MINUTES;
  return wait({
    until: new Date(ctx.now.getTime() + minutes * 60_000),
    timeoutPort: "timeout",
    keys: [`reply:${chat.channel}:${chat.ours}:${chat.theirs}`],
    ...chosenBy(page, chatEvents),
    back: { events: ["reply", "choice"], memo: { ...turn } },
  });
}

/** @throws AppError VENDOR_REFUSED where the question does not go out */
async function write(ctx: NodeContext, chat: Chat, text: string): Promise<void> {
  const outcome = await ctx.send("menu", chat.channel, {
    to: chat.theirs,
    text,
    purpose: "service",
    ...(chat.numberId === null ? {} : { fromNumberId: chat.numberId }),
  });
  if (outcome.state === "accepted" || outcome.state === "unresolved") return;
  const why = outcome.state === "refused" ? outcome.message : outcome.state;
  throw new AppError("VENDOR_REFUSED", `${ctx.nodeId}: the menu was not sent: ${why}`, {
    nodeId: ctx.nodeId,
  });
}

/** Each store of the page by its events. */
function chosenBy(page: Page, eventsOf: (store: StoreView, index: number) => readonly string[]) {
  const choices = page.stores.flatMap((store, index) =>
    eventsOf(store, index).map((event) => ({ event, store, index: page.from + index })),
  );
  return {
    events: Object.fromEntries(choices.map(({ event }) => [event, "chosen"])),
    eventData: Object.fromEntries(
      choices.map(({ event, store, index }) => [
        event,
        { output: { store: storeOutput(store), index }, set: { store: storeState(store) } },
      ]),
    ),
  };
}

function wordsOf(ctx: NodeContext, { intro, option, more, language }: MenuParams): MenuWords {
  return { intro, option, more, locale: language || ctx.locale };
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
