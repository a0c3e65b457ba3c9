import {
  AppError,
  again,
  defineNode,
  type NodeContext,
  next,
  repeat,
  type Static,
  Type,
} from "../../../engine/plugin-api.ts";
import type { BulkSource } from "../bulk-list.ts";
import { channelsOf, draftFor, partSize, sendPart } from "../bulk-part.ts";
import {
  asMemo,
  type Memo,
  memoJson,
  type Progress,
  progressFields,
  startProgress,
  type Verdict,
  withVerdict,
} from "../bulk-progress.ts";
import { sourceOf } from "../bulk-source.ts";
import { deliveryParams, type TextChannel } from "../delivery-schema.ts";
import { TemplateValue } from "../template.ts";

const MAX_RECIPIENTS = 10_000;

const templateOfAll = Type.Object(
  {
    key: Type.String({
      minLength: 1,
      title: "Template",
      "x-options": "templates",
      "x-es": { title: "Plantilla" },
    }),
    locale: Type.Optional(
      Type.String({
        title: "Language",
        description: "Such as es-CO; empty: the flow's.",
        "x-es": { title: "Idioma", description: "Por ejemplo es-CO; vacío: el del flujo." },
      }),
    ),
    values: Type.Optional(
      Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()]), {
        title: "Values for all",
        description: "Where an entry says nothing of its own.",
        "x-widget": "pairs",
        "x-es": { title: "Valores para todos", description: "Donde una entrada no dice nada propio." },
      }),
    ),
    variables: Type.Optional(
      Type.Record(Type.String(), TemplateValue, {
        title: "Variables",
        description: "A value for each name; an entry's own `variables` stand before these.",
        "x-template": false,
        "x-widget": "pairs",
        "x-es": {
          title: "Variables",
          description: "Un valor para cada nombre; las `variables` propias de una entrada van antes.",
        },
      }),
    ),
  },
  {
    additionalProperties: false,
    title: "Template",
    description: "Instead of a text.",
    "x-order": 3,
    "x-es": { title: "Plantilla", description: "En lugar de un texto." },
  },
);

const contactsParam = Type.Object(
  {
    storeId: Type.Optional(
      Type.String({
        title: "Store",
        description: "Whose last store it is.",
        "x-options": "stores",
        "x-es": { title: "Tienda", description: "De quienes es la última tienda." },
      }),
    ),
    locale: Type.Optional(
      Type.String({
        title: "Language",
        description: "Such as es-CO.",
        "x-es": { title: "Idioma", description: "Por ejemplo es-CO." },
      }),
    ),
    attributes: Type.Optional(
      Type.Record(Type.String(), Type.String(), {
        title: "Attributes",
        description: "What their attributes have.",
        "x-widget": "pairs",
        "x-es": { title: "Atributos", description: "Lo que tienen sus atributos." },
      }),
    ),
  },
  {
    additionalProperties: false,
    title: "Contacts",
    description: "Your contacts that are so and may be written to, instead of recipients.",
    "x-order": 1,
    "x-es": {
      title: "Contactos",
      description: "Sus contactos que cumplan esto y acepten mensajes, en lugar de destinatarios.",
    },
  },
);

const Params = Type.Object(
  {
    recipients: Type.Optional(
      Type.Array(Type.Unknown(), {
        maxItems: MAX_RECIPIENTS,
        title: "Recipients",
        description:
          "A list of phone numbers, or of objects with a `phone` and whatever the text says of the person.",
        "x-order": 1,
        "x-es": {
          title: "Destinatarios",
          description:
            "Una lista de teléfonos, o de objetos con `phone` y lo que el texto diga de cada persona.",
        },
      }),
    ),
    list: Type.Optional(
      Type.String({
        title: "Kept list",
        description: "Id of a list that was uploaded, instead of recipients: up to 100,000 people.",
        "x-order": 1,
        "x-es": {
          title: "Lista guardada",
          description: "Id de una lista cargada, en lugar de destinatarios: hasta 100 000 personas.",
        },
      }),
    ),
    contacts: Type.Optional(contactsParam),
    text: Type.Optional(
      Type.String({
        maxLength: 4096,
        title: "Text",
        description: "`recipient` is the entry of the list: Hola {{ recipient.name }}.",
        "x-template": false,
        "x-widget": "textarea",
        "x-order": 2,
        "x-es": {
          title: "Texto",
          description: "`recipient` es la entrada de la lista: Hola {{ recipient.name }}.",
        },
      }),
    ),
    template: Type.Optional(templateOfAll),
    channels: deliveryParams.channels,
    purpose: Type.Optional(
      Type.Enum(["service", "notice", "marketing"], {
        default: "notice",
        title: "Purpose",
        description: "`notice` and `marketing` keep quiet hours.",
        "x-order": 6,
        "x-es": { title: "Finalidad", description: "`notice` y `marketing` respetan las horas de descanso." },
      }),
    ),
    quietHours: Type.Optional(
      Type.Enum(["wait", "stop"], {
        default: "wait",
        title: "In quiet hours",
        description: "`wait`: it goes on when they end. `stop`: it leaves by `stopped`.",
        "x-order": 7,
        "x-es": {
          title: "En horas de descanso",
          description: "`wait`: sigue cuando terminen. `stop`: sale por `stopped`.",
        },
      }),
    ),
    trackLinks: deliveryParams.trackLinks,
    linkDays: deliveryParams.linkDays,
    smartEncoding: deliveryParams.smartEncoding,
    onDoubt: deliveryParams.onDoubt,
    fromNumber: deliveryParams.fromNumber,
  },
  { additionalProperties: false },
);
type Params = Static<typeof Params>;

export default defineNode({
  type: "messaging.bulk",
  version: 1,
  title: { en: "Send to a list", es: "Enviar a una lista" },
  help: {
    en: "Sends a text or a template to each person of a list, once each, as fast as the sender may. It goes on after a crash, can be paused and cancelled, and shows how far it has come.",
    es: "Envía un texto o una plantilla a cada persona de una lista, una sola vez, tan rápido como el remitente pueda. Sigue después de una caída, se puede pausar y cancelar, y muestra su avance.",
  },
  family: "messages",
  icon: "users-group",
  params: Params,
  outputs: {
    done: Type.Object(progressFields),
    stopped: Type.Object({
      ...progressFields,
      reason: Type.Enum(["insufficient_credits", "quiet_hours"], {
        title: "Reason",
        "x-es": { title: "Motivo" },
      }),
    }),
  },
  ports: ["done", "stopped"],
  effect: "once",
  cost: { meters: ["sms", "whatsapp"] },
  settledBy: "status-callback",
  example: {
    title: { en: "Tell a list of guests", es: "Avisar a una lista de huéspedes" },
    params: {
      recipients: "{{ trigger.input.guests }}",
      text: "Hola {{ recipient.name }}, la piscina abre de nuevo este viernes.",
      channels: ["whatsapp", "sms"],
    },
  },
  run: async function sendBulk(ctx, params) {
    const memo = ctx.memo === null ? null : asMemo(ctx.memo);
    if (memo === null) refuseContent(ctx, params);
    const source = await sourceOf(ctx, params, memo?.digest ?? null);
    if (memo === null) return begin(ctx, params, source);
    const { verdicts, used } = await sendPart(ctx, params, await source.page(memo.from, memo.size));
    const progress = [...verdicts].reduce<Progress>(
      (sofar, [phone, verdict]) => withVerdict(sofar, phone, verdict),
      memo.progress,
    );
    const held = earliest([...verdicts.values()]);
    if (held?.by === "quiet_hours" && params.quietHours !== "stop") return again(new Date(held.until), []);
    if (held) return next("stopped", { ...progress, reason: held.by });
    return goOn(ctx, params, source, { memo: { ...memo, from: memo.from + memo.size, progress }, used });
  },
});

function refuseContent(ctx: NodeContext, params: Params): void {
  if ((params.text !== undefined) !== (params.template !== undefined)) return;
  const got = params.text === undefined ? "neither" : "both";
  const message = `${ctx.nodeId}: expected either a text or a template, got ${got}`;
  throw new AppError("PARAMS_INVALID", message, { nodeId: ctx.nodeId });
}

/** Sends nothing yet: the size of a part is on record before the part begins. */
async function begin(ctx: NodeContext, params: Params, source: BulkSource) {
  const memo = { from: 0, size: 0, digest: source.digest, progress: startProgress(source) };
  return goOn(ctx, params, source, { memo, used: channelsOf(params).slice(0, 1) });
}

async function goOn(
  ctx: NodeContext,
  params: Params,
  source: BulkSource,
  { memo, used }: { readonly memo: Memo; readonly used: readonly TextChannel[] },
) {
  const { progress } = memo;
  const [first] = await source.page(memo.from, 1);
  if (first === undefined) return next("done", progress);
  const like = await draftFor(ctx, { ...params, trackLinks: false }, first).catch((error: unknown) => {
    if (error instanceof AppError && error.code === "TEMPLATE_INVALID") return null;
    throw error;
  });
  const size = await partSize(ctx, used, like);
  return repeat(memoJson({ ...memo, size }), progress);
}

type Held = Extract<Verdict, { kind: "held" }>;

/** Credits that are spent come first; of those in quiet hours, whose end soonest. */
function earliest(verdicts: readonly Verdict[]): Held | null {
  const held = verdicts.filter((verdict): verdict is Held => verdict.kind === "held");
  const endOf = (verdict: Held) => (verdict.by === "quiet_hours" ? verdict.until : "");
  return held.toSorted((a, b) => endOf(a).localeCompare(endOf(b)))[0] ?? null;
}
