import { Type } from "typebox";
import { AppError } from "../errors.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { makeEmbedToken } from "./embed-token.ts";
import { At } from "./fields.ts";
import { requireHeld } from "./held-scopes.ts";
import { json } from "./reply.ts";
import { type Route, route } from "./route.ts";
import { SCOPES } from "./scopes.ts";

const MAX_SECONDS = 60 * 60;

/** What nobody's browser should hold: it makes further access, or costs money for good. */
const NEVER: ReadonlySet<string> = new Set([
  "keys:read",
  "keys:write",
  "settings:write",
  "numbers:write",
  "prices:write",
]);
export const EMBEDDABLE = SCOPES.filter((scope) => !NEVER.has(scope));

const Body = Type.Object(
  {
    scopes: Type.Array(Type.Enum(EMBEDDABLE), {
      minItems: 1,
      maxItems: 100,
      uniqueItems: true,
      description: "What the widget may do; none that the key lacks.",
    }),
    seconds: Type.Optional(Type.Integer({ minimum: 60, maximum: MAX_SECONDS, default: 600 })),
    user: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 200,
        description: "Who looks at it, as your system calls them.",
      }),
    ),
  },
  { additionalProperties: false },
);

/** Short tokens for widgets inside another system: its server makes them with its key, its pages send them. */
export function embedTokenRoutes({ keys }: Runtime): readonly Route[] {
  return [
    route({
      id: "createEmbedToken",
      method: "post",
      path: "/api/v1/embed-tokens",
      tag: "API keys",
      summary: "A short token for a widget, in place of the key",
      scope: "any-key",
      body: Body,
      responses: {
        201: {
          description: "Send it as Authorization: Bearer. It ends with its time, or with the key.",
          schema: Type.Object({ token: Type.String(), expiresAt: At }),
        },
      },
      errors: ["SCOPE_MISSING", "INPUT_INVALID"],
      async handler({ caller, body: { scopes, seconds = 600, user = null } }) {
        if (caller.person !== null || caller.token)
          throw new AppError("SCOPE_MISSING", "Only an API key makes such tokens.", { scope: "any-key" });
        requireHeld(caller, scopes);
        const claims = { tenantId: caller.tenantId, keyId: caller.by, scopes, user };
        const expiresAt = new Date(Date.now() + seconds * 1000);
        const token = await makeEmbedToken(keys, claims, seconds);
        return json(201, { token, expiresAt }, { "cache-control": "no-store" });
      },
    }),
  ];
}
