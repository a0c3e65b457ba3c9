import { type CodeVerdict, defineNode, next, Type } from "../../../engine/plugin-api.ts";
import { codeIn, RECIPIENT, recipientOf, SERVICE } from "../code-fields.ts";
import { es } from "../spanish.ts";

const Status = Type.Object({
  status: Type.String({
    title: "Status",
    description: "approved, wrong, expired or too_many.",
    ...es("Estado", "approved, wrong, expired o too_many."),
  }),
  to: Type.String({ title: "To", ...es("Para") }),
});

export default defineNode({
  type: "twilio.verify-check",
  version: 1,
  title: { en: "Check a code", es: "Comprobar un código" },
  help: {
    en: "Checks the code a person typed against the one that was sent. A wrong one may be tried again, five times in all; an expired or used one needs a new code.",
    es: "Comprueba el código que escribió la persona con el que se envió. Si es erróneo se puede intentar otra vez, cinco en total; si caducó o ya se usó hace falta uno nuevo.",
  },
  family: "data",
  icon: "shield-check",
  params: Type.Object(
    {
      code: Type.String({
        title: "Code",
        description: "As it was typed or written, such as {{ steps.ask.digits }}.",
        ...es("Código", "Como se marcó o escribió, por ejemplo {{ steps.preguntar.digits }}."),
      }),
      to: RECIPIENT,
      verificationSid: Type.Optional(
        Type.String({
          pattern: "^(VE[0-9a-fA-F]{32})?$",
          title: "Verification",
          description: "Usually {{ steps.start.verificationSid }}; empty: the open one of this recipient.",
          ...es(
            "Verificación",
            "Normalmente {{ steps.enviar.verificationSid }}; vacío: la abierta de este destinatario.",
          ),
        }),
      ),
      service: SERVICE,
    },
    { additionalProperties: false },
  ),
  outputs: { approved: Status, wrong: Status, expired: Status, too_many: Status },
  ports: ["approved", "wrong", "expired", "too_many"],
  effect: "once",
  credential: "twilio.account",
  cost: { free: true, why: "a code is paid for when it is sent; its checks are not" },
  settledBy: "list-api",
  example: {
    title: { en: "The code typed on the call", es: "El código marcado en la llamada" },
    params: { code: "{{ steps.ask.digits }}", to: "{{ contact.phone }}" },
  },
  run: async function checkVerification(ctx, params) {
    const to = recipientOf(params.to);
    const code = codeIn(params.code);
    // What is no code at all needs no try at Twilio.
    const verdict = code === null ? "wrong" : await ctx.codes.check("check", checkOf(params, to, code));
    return next<CodeVerdict, { status: string; to: string }>(verdict, { status: verdict, to });
  },
});

function checkOf(
  { verificationSid, service }: { readonly verificationSid?: string; readonly service?: string },
  to: string,
  code: string,
) {
  return {
    to,
    code,
    ...(verificationSid ? { ref: verificationSid } : {}),
    ...(service ? { options: { serviceSid: service } } : {}),
  };
}
