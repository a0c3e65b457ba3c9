import { Type } from "typebox";
import { AppError } from "../errors.ts";
import { CODE_VERDICTS, type CodeSent, VERIFY_CHANNELS } from "../plugin-api.ts";
import { requestCheck, requestCode } from "../runtime/code-requests.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { json } from "./reply.ts";
import { type Route, route } from "./route.ts";
import { refuseSuspended } from "./start-run.ts";

const tag = "Verify";
const strict = { additionalProperties: false } as const;
const Recipient = Type.String({
  pattern: "^(\\+[1-9][0-9]{6,14}|[^@\\s]{1,64}@[^@\\s]{1,190})$",
  description: "E.164, or an address where the channel is email.",
});
const TTL_SECONDS = 600;

/** One-time codes without drawing a flow. */
export function verifyRoutes(runtime: Runtime): readonly Route[] {
  return [sendRoute(runtime), checkRoute(runtime)];
}

function sendRoute(runtime: Runtime): Route {
  return route({
    id: "sendCode",
    method: "post",
    path: "/api/v1/verify",
    tag,
    summary: "Send a one-time code by SMS, call, WhatsApp or e-mail",
    scope: "verify:write",
    body: Type.Object(
      {
        to: Recipient,
        channel: Type.Optional(Type.Enum([...VERIFY_CHANNELS], { default: "sms" })),
        locale: Type.Optional(
          Type.String({ pattern: "^[a-z]{2}(-[A-Z]{2})?$", description: "Language of the message: es." }),
        ),
        friendlyName: Type.Optional(
          Type.String({ minLength: 1, maxLength: 30, description: "Who the message says it is from." }),
        ),
        deviceIp: Type.Optional(
          Type.String({ maxLength: 45, description: "Address of the person who asks for it; limited, too." }),
        ),
      },
      strict,
    ),
    headers: { "Idempotency-Key": { description: "The same key and request again send nothing more." } },
    responses: {
      201: {
        description: "It is on its way.",
        schema: Type.Object({
          status: Type.Literal("pending"),
          to: Type.String(),
          channel: Type.Enum([...VERIFY_CHANNELS]),
          verificationId: Type.String({ description: "The vendor's id." }),
          expiresInSeconds: Type.Integer(),
        }),
      },
    },
    errors: [
      "INPUT_INVALID",
      "CODE_BLOCKED",
      "CREDITS_MISSING",
      "IDEMPOTENCY_CONFLICT",
      "VENDOR_REFUSED",
      "VENDOR_UNAVAILABLE",
      "EFFECT_IN_DOUBT",
    ],
    async handler({ caller, body, headers }) {
      await refuseSuspended(runtime, caller.tenantId);
      const { to, channel = "sms", locale, friendlyName, deviceIp } = body;
      const order = {
        to,
        channel,
        ...(locale === undefined ? {} : { locale }),
        ...(deviceIp === undefined ? {} : { ip: deviceIp }),
        ...(friendlyName === undefined ? {} : { options: { friendlyName } }),
      };
      const key = headers["idempotency-key"]?.slice(0, 255) ?? null;
      const { ref } = sentOrThrow(await requestCode(runtime, caller.tenantId, order, key));
      const answer = { status: "pending", to, channel, verificationId: ref, expiresInSeconds: TTL_SECONDS };
      return json(201, answer);
    },
  });
}

function checkRoute(runtime: Runtime): Route {
  return route({
    id: "checkCode",
    method: "post",
    path: "/api/v1/verify/check",
    tag,
    summary: "Check the code somebody typed",
    scope: "verify:write",
    body: Type.Object(
      {
        to: Recipient,
        code: Type.String({ pattern: "^[0-9A-Za-z]{4,10}$", description: "As it was typed." }),
      },
      strict,
    ),
    responses: {
      200: {
        description: "What came of it.",
        schema: Type.Object({
          status: Type.Enum([...CODE_VERDICTS], {
            description:
              "`wrong` may be tried again; `expired`: over, or used before; `too_many`: no more tries, send another code.",
          }),
          valid: Type.Boolean(),
          to: Type.String(),
        }),
      },
    },
    errors: ["INPUT_INVALID", "VENDOR_REFUSED", "VENDOR_UNAVAILABLE", "EFFECT_IN_DOUBT"],
    async handler({ caller, body }) {
      const status = await requestCheck(runtime, caller.tenantId, body);
      return json(200, { status, valid: status === "approved", to: body.to });
    },
  });
}

/** @throws AppError CODE_BLOCKED, CREDITS_MISSING, INPUT_INVALID, VENDOR_REFUSED */
function sentOrThrow(sent: CodeSent): Extract<CodeSent, { state: "pending" }> {
  if (sent.state === "pending") return sent;
  if (sent.state === "insufficient_credits")
    throw new AppError("CREDITS_MISSING", "No credits are left to send a code.", { meter: "verify" });
  const { reason, vendorCode, message } = sent;
  if (sent.state === "blocked") {
    const wait = sent.retryAfterMs === undefined ? {} : { retryAfterMs: sent.retryAfterMs };
    throw new AppError("CODE_BLOCKED", message, { reason, vendorCode, ...wait });
  }
  const code = reason === "bad_recipient" ? "INPUT_INVALID" : "VENDOR_REFUSED";
  throw new AppError(code, message, { reason, vendorCode });
}
