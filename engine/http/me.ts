import { Type } from "typebox";
import type { Directory } from "../runtime/directory.ts";
import { json } from "./reply.ts";
import { type Route, route } from "./route.ts";
import { ANY_KEY } from "./scopes.ts";

const MeSchema = Type.Object({
  keyId: Type.String(),
  scopes: Type.Array(Type.String(), { description: "`*` stands for all." }),
  tenant: Type.Object({
    id: Type.String(),
    name: Type.String(),
    country: Type.String(),
    timezone: Type.String(),
    locale: Type.String(),
    status: Type.Enum(["active", "suspended"]),
  }),
});

/** Who the caller is to us. */
export function meRoutes(directory: Directory): readonly Route[] {
  return [
    route({
      id: "readMe",
      method: "get",
      path: "/api/v1/me",
      tag: "Account",
      summary: "The key in use, its scopes and its tenant",
      scope: ANY_KEY,
      responses: { 200: { description: "Who you are.", schema: MeSchema } },
      async handler({ caller }) {
        const { tenant } = await directory.of(caller.tenantId);
        const { id, name, country, timezone, locale, status } = tenant;
        return json(200, {
          keyId: caller.keyId,
          scopes: caller.scopes,
          tenant: { id, name, country, timezone, locale, status },
        });
      },
    }),
  ];
}
