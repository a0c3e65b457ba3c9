import { type NodeContext, Type } from "../../../engine/plugin-api.ts";
import { markRead } from "../client.ts";
import { refuse } from "../compose/limits.ts";
import { metaAppOf } from "../credentials.ts";

/** What both nodes ask: which message, and which of our numbers it came to. */
export const MarkParams = Type.Object(
  {
    messageId: Type.Optional(
      Type.String({
        default: "{{ trigger.message.sid }}",
        title: "Message",
        description: "Id of the message the person sent.",
        "x-es": { title: "Mensaje", description: "Identificador del mensaje que envió la persona." },
      }),
    ),
    fromNumber: Type.Optional(
      Type.String({
        "x-group": "advanced",
        title: "Number",
        description: "Id of the number it came to; empty: the one this flow answers.",
        "x-es": {
          title: "Número",
          description: "Identificador del número al que llegó; vacío: el que atiende este flujo.",
        },
      }),
    ),
  },
  { additionalProperties: false },
);

export const MarkOutput = Type.Object({ messageId: Type.String() });

/** Tells Meta that a message was read. @throws AppError PARAMS_INVALID, SENDER_MISSING, VENDOR_* */
export async function mark(
  ctx: NodeContext,
  params: { readonly messageId?: string; readonly fromNumber?: string },
  typing: boolean,
): Promise<{ messageId: string }> {
  const { messageId = "", fromNumber } = params;
  if (!messageId.startsWith("wamid."))
    refuse("messageId", `"${messageId}"`, "the id of a WhatsApp message: wamid…");
  const choice = { provider: "meta", ...(fromNumber ? { fromNumberId: fromNumber } : {}) };
  const sender = await ctx.directory.sender("whatsapp", choice);
  if (sender.providerId === null)
    return refuse("fromNumber", `${sender.e164} without a phone_number_id`, "a number connected to Meta");
  const app = metaAppOf(await ctx.credential("meta.app"));
  await markRead(app, sender.providerId, { messageId, typing }, ctx);
  return { messageId };
}
