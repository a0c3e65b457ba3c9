import {
  AppError,
  again,
  type Choice,
  choiceOf,
  defineNode,
  type NodeContext,
  next,
  repeat,
  type Static,
  sameWords,
  Type,
} from "../../../engine/plugin-api.ts";
import { type Answer, answerHeard, answerOutput, ChosenOutput, ReplyOutput } from "../answer.ts";
import { contentOf, contentParams } from "../content.ts";
import { type Carried, carry, notYet, sentOutput } from "../delivery.ts";
import { type Attempt, deliveryOutputs, deliveryParams, type TextChannel } from "../delivery-schema.ts";

const MINUTE_MS = 60_000;
const DEFAULT_TIMEOUT_MINUTES = 24 * 60;

const RESERVED = "reply|timeout|undeliverable|opted_out|quiet_hours|insufficient_credits|error";

const ChoiceSchema = Type.Object(
  {
    id: Type.String({
      pattern: `^(?!(${RESERVED})$)[a-z][a-z0-9_]{0,63}$`,
      title: "Port",
      description: "Short name of the way out: lower case letters, digits and _.",
      "x-es": { title: "Salida", description: "Nombre corto de la salida: minúsculas, cifras y _." },
    }),
    title: Type.String({
      minLength: 1,
      maxLength: 24,
      title: "Title",
      description: "What the person reads. Up to 20 characters it fits on a button, up to 24 in a list.",
      "x-es": {
        title: "Título",
        description: "Lo que lee la persona. Hasta 20 caracteres cabe en un botón; hasta 24, en una lista.",
      },
    }),
    description: Type.Optional(
      Type.String({
        maxLength: 72,
        title: "Description",
        description: "Below the title, in a list.",
        "x-es": { title: "Descripción", description: "Bajo el título, en una lista." },
      }),
    ),
  },
  { additionalProperties: false },
);

const Params = Type.Object(
  {
    ...contentParams,
    ...deliveryParams,
    choices: Type.Optional(
      Type.Array(ChoiceSchema, {
        maxItems: 10,
        title: "Choices",
        description:
          "Each is a way out. Up to three become buttons and up to ten a list; where there are none, numbered lines to answer by number.",
        "x-widget": "choices",
        "x-order": 5.5,
        "x-es": {
          title: "Opciones",
          description:
            "Cada una es una salida. Hasta tres son botones y hasta diez una lista; donde no los hay, líneas numeradas que se responden con el número.",
        },
      }),
    ),
    listLabel: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 20,
        title: "Label of the list",
        description: "What opens the list; empty: “Choose”.",
        "x-group": "advanced",
        "x-es": { title: "Botón de la lista", description: "Lo que abre la lista; vacío: «Elegir»." },
      }),
    ),
    timeoutMinutes: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        maximum: 365 * 24 * 60,
        default: DEFAULT_TIMEOUT_MINUTES,
        title: "Wait for (minutes)",
        description: "Without an answer by then it leaves by `timeout`.",
        "x-order": 5.6,
        "x-es": {
          title: "Esperar (minutos)",
          description: "Sin respuesta para entonces, sale por `timeout`.",
        },
      }),
    ),
    retries: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 5,
        default: 0,
        title: "Ask again",
        description:
          "How often it asks again after an answer that is none of the choices. After that: `reply`.",
        "x-order": 5.7,
        "x-es": {
          title: "Volver a preguntar",
          description:
            "Cuántas veces vuelve a preguntar tras una respuesta que no es ninguna opción. Después: `reply`.",
        },
      }),
    ),
    retryText: Type.Optional(
      Type.String({
        maxLength: 1024,
        title: "When it asks again",
        description: "Said before the choices; empty: the text itself.",
        "x-widget": "textarea",
        "x-group": "advanced",
        "x-es": {
          title: "Al volver a preguntar",
          description: "Se dice antes de las opciones; vacío: el mismo texto.",
        },
      }),
    ),
  },
  { additionalProperties: false },
);
type Params = Static<typeof Params>;

export default defineNode({
  type: "messaging.send-and-wait",
  version: 1,
  title: { en: "Ask and wait for the answer", es: "Preguntar y esperar respuesta" },
  help: {
    en: "Sends a message and waits for what the person answers. Give it choices and each becomes a way out: a tap, its number or its words lead there; anything else leaves by “reply”.",
    es: "Envía un mensaje y espera lo que responda la persona. Con opciones, cada una es una salida: se llega al tocarla, con su número o con sus palabras; lo demás sale por «reply».",
  },
  family: "messages",
  icon: "message-question",
  params: Params,
  outputs: {
    "*": ChosenOutput,
    reply: ReplyOutput,
    timeout: deliveryOutputs.sent,
    undeliverable: deliveryOutputs.undeliverable,
    opted_out: deliveryOutputs.opted_out,
    quiet_hours: deliveryOutputs.quiet_hours,
    insufficient_credits: deliveryOutputs.insufficient_credits,
  },
  ports: [
    { each: "choices", value: "id" },
    "reply",
    "timeout",
    "undeliverable",
    "opted_out",
    "quiet_hours",
    "insufficient_credits",
  ],
  effect: "once",
  waits: true,
  cost: { meters: ["sms", "whatsapp"] },
  settledBy: "status-callback",
  example: {
    title: { en: "Is the appointment kept?", es: "¿Confirma su cita?" },
    params: {
      text: "Hola {{ contact.name }}, le esperamos mañana a las 10:00.",
      choices: [
        { id: "confirm", title: "Confirmar" },
        { id: "cancel", title: "Cancelar la cita" },
      ],
      timeoutMinutes: 720,
    },
  },
  run: async function sendAndWait(ctx, params) {
    refuseSameTitles(ctx, params.choices ?? []);
    const answer = answerHeard(ctx.heard);
    if (answer) return takeAnswer(ctx, params, answer);
    return notYet(ctx, params) ?? ask(ctx, params);
  },
});

/** What is kept from one time of asking to the next. */
type Asked = {
  readonly tries: number;
  readonly channel: TextChannel;
};

function askedBefore(ctx: NodeContext): Asked | null {
  return ctx.memo as Asked | null;
}

/** Sends the question, or, where it was sent, finds out how that went; then waits. */
async function ask(ctx: NodeContext, params: Params) {
  const listen = [`ask:${ctx.conversations.ask}`];
  const before = askedBefore(ctx);
  const channels = before ? { channels: [before.channel] } : {};
  const content = await questionOf(ctx, params, before);
  const carriage = await carry(ctx, { ...params, ...channels }, content, listen);
  return carriage.kind === "left" ? carriage.result : waitOrLeave(ctx, params, carriage.carried, listen);
}

/** A report of failure wakes it too: then the next channel is tried, and has the whole time. */
async function waitOrLeave(ctx: NodeContext, params: Params, carried: Carried, listen: readonly string[]) {
  const { status, effectId } = carried.outcome;
  const memory = rememberedOf(ctx, carried.channel);
  const minutes = params.timeoutMinutes ?? DEFAULT_TIMEOUT_MINUTES;
  const until = new Date(Date.parse(memory.askedAt) + minutes * MINUTE_MS);
  if (ctx.now >= until) return next("timeout", await sentOutput(ctx, params, carried));
  const isUnderWay = (status === "queued" || status === "sent") && effectId !== undefined;
  const keys = [...listen, ...(isUnderWay ? [`effect:${effectId}`] : [])];
  return again(until, keys, { hears: true, memory: { ...ctx.children.memory, ...memory } });
}

/** When it was asked over this channel, as noted the first time: what the vendor reports since does not move it. */
function rememberedOf(ctx: NodeContext, channel: TextChannel) {
  const { memory } = ctx.children;
  const askedAt = memory?.channel === channel ? memory.askedAt : null;
  return { channel, askedAt: typeof askedAt === "string" ? askedAt : ctx.now.toISOString() };
}

function takeAnswer(ctx: NodeContext, params: Params, answer: Answer) {
  const { choices = [], retries = 0 } = params;
  const tries = askedBefore(ctx)?.tries ?? 1;
  const choice = choiceOf(choices, { body: answer.body, payload: answer.buttonPayload });
  if (choice) {
    const chosen = {
      choice: choice.id,
      title: choice.title,
      index: choices.findIndex(({ id }) => id === choice.id),
    };
    return next(choice.id as string, { ...answerOutput(answer, tries), ...chosen });
  }
  if (answer.optOut === "STOP") return next("opted_out", { text: answer.body, attempts: [] as Attempt[] });
  if (choices.length === 0 || tries > retries) return next("reply", answerOutput(answer, tries));
  return repeat({ tries: tries + 1, channel: answer.channel }, { tries });
}

async function questionOf(ctx: NodeContext, params: Params, before: Asked | null) {
  const { choices = [], retryText = "" } = params;
  const content = before && retryText !== "" ? { text: retryText } : await contentOf(ctx, params);
  const shown = choices.length === 0 ? {} : { choices: { list: choices, listLabel: labelOf(ctx, params) } };
  return { ...content, ...shown, ask: ctx.conversations.ask };
}

function labelOf(ctx: NodeContext, { listLabel }: Params): string {
  return listLabel ?? (/^es(-|_|$)/i.test(ctx.locale) ? "Elegir" : "Choose");
}

/** Two choices of the same words could not be told apart. */
function refuseSameTitles(ctx: NodeContext, choices: readonly Choice[]): void {
  const same = choices.find(
    ({ id, title }, index) =>
      choices.findIndex((other) => other.id === id || sameWords(other.title, title)) < index,
  );
  if (!same) return;
  throw new AppError(
    "PARAMS_INVALID",
    `${ctx.nodeId}: two choices are called "${same.title}" or ${same.id}; expected each to differ in its title and its port`,
    { nodeId: ctx.nodeId, choice: same.id },
  );
}
