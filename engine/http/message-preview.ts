import { Type } from "typebox";
import { asLocale } from "../core/locale.ts";
import { sizeWarning } from "../core/size-warning.ts";
import { AppError } from "../errors.ts";
import type { ChannelKind, MessageDraft } from "../plugin-api.ts";
import { ahead } from "../runtime/clock.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { examine } from "../runtime/send-policy.ts";
import { readAccount } from "../store/credits.ts";
import { Phone } from "./fields.ts";
import { json } from "./reply.ts";
import { type Route, route } from "./route.ts";

const Channel = Type.Enum(["sms", "whatsapp"]);
const nullable = Type.Union([Type.String(), Type.Null()]);

const Preview = Type.Object({
  channel: Channel,
  text: Type.String({ description: "As it would be sent." }),
  segments: Type.Integer({ description: "Parts the carrier counts; 1 on WhatsApp." }),
  encoding: Type.Union([Type.Enum(["GSM-7", "UCS-2"]), Type.Null()]),
  characters: Type.Integer(),
  unitsPerSegment: Type.Union([Type.Integer(), Type.Null()]),
  costly: Type.Array(Type.String(), {
    description: "Characters that make a segment hold 70 instead of 160.",
  }),
  warning: nullable,
  cost: Type.Object({
    meter: Type.String(),
    credits: Type.Integer(),
    remaining: Type.Union([Type.Integer(), Type.Null()], { description: "Null: unlimited." }),
  }),
  held: Type.Union(
    [
      Type.Object({
        code: Type.String({ description: "quiet_hours, opted_out, no_consent, country_not_allowed …" }),
        message: Type.String(),
        until: nullable,
      }),
      Type.Null(),
    ],
    { description: "What would keep it from being sent now; null: nothing, or nobody was named." },
  ),
});

/** What a message would be, before anybody sends it. */
export function messagePreviewRoutes(runtime: Runtime): readonly Route[] {
  return [
    route({
      id: "previewMessage",
      method: "post",
      path: "/api/v1/messages/preview",
      tag: "Messages",
      summary: "Segments, encoding and cost of a text, and what would keep it from being sent",
      scope: "messages:read",
      body: Type.Object(
        {
          channel: Channel,
          text: Type.String({ minLength: 1, maxLength: 4096 }),
          to: Type.Optional(Phone),
          purpose: Type.Optional(Type.Enum(["service", "notice", "marketing"], { default: "service" })),
          smartEncoding: Type.Optional(Type.Boolean({ default: false })),
        },
        { additionalProperties: false },
      ),
      responses: { 200: { description: "What it would be.", schema: Preview } },
      errors: ["INPUT_INVALID", "SENDER_MISSING"],
      async handler({ caller, body }) {
        const { channel, text, to, purpose = "service", smartEncoding = false } = body;
        const draft = { to: to ?? "", text, purpose, smartEncoding };
        return json(200, await preview(runtime, caller.tenantId, channel, draft));
      },
    }),
  ];
}

async function preview(runtime: Runtime, tenantId: string, channel: "sms" | "whatsapp", draft: MessageDraft) {
  const directory = await runtime.directory.of(tenantId);
  const { adapter, from } = senderFor(runtime, directory, channel);
  const size = adapter.measure?.(draft) ?? null;
  const credits = adapter.units(draft);
  const account = await readAccount(runtime.db, tenantId, adapter.meter);
  const remaining = account === null ? 0 : account.balance === null ? null : account.balance - account.held;
  const locale = asLocale(directory.tenant.locale);
  const now = ahead(runtime.clock, directory.tenant.clock_offset_ms).now();
  const examined = { directory, adapter, channel, from, drafts: draft.to === "" ? [] : [draft], now, locale };
  const [held = null] = await examine(runtime, { ...examined, dryRun: true });
  return {
    channel,
    text: size?.text ?? draft.text,
    segments: size?.segments ?? 1,
    encoding: size?.encoding ?? null,
    characters: size?.characters ?? [...(draft.text ?? "")].length,
    unitsPerSegment: size?.unitsPerSegment ?? null,
    costly: size?.costly ?? [],
    warning: size && sizeWarning(size, locale),
    cost: { meter: adapter.meter, credits, remaining },
    held: held && heldView(held),
  };
}

function senderFor(
  runtime: Runtime,
  { numbers }: Awaited<ReturnType<Runtime["directory"]["of"]>>,
  channel: ChannelKind,
) {
  const number = numbers.find((candidate) => candidate[channel]);
  const adapter = number && runtime.registry.channel(number.provider, channel);
  if (number && adapter) return { adapter, from: number.e164 };
  throw new AppError(
    "SENDER_MISSING",
    `No number of this tenant can send over ${channel}; assign one under numbers.`,
    {
      channel,
    },
  );
}

function heldView(held: NonNullable<Awaited<ReturnType<typeof examine>>[number]>) {
  if (held.state === "quiet_hours")
    return { code: "quiet_hours", message: `Quiet hours until ${held.until}.`, until: held.until };
  return { code: held.vendorCode, message: held.message, until: null };
}
