import { Type } from "typebox";
import type { Runtime } from "../runtime/runtime.ts";
import { json } from "./reply.ts";
import { type Route, route } from "./route.ts";
import { ANY_KEY } from "./scopes.ts";
import { SignedInSchema, signedIn, TenantSchema, tenantSummary } from "./signed-in.ts";

const KeySchema = Type.Object({
  keyId: Type.String(),
  scopes: Type.Array(Type.String(), { description: "`*` stands for all." }),
  tenant: TenantSchema,
});

/** Who the caller is to us. */
export function meRoutes(runtime: Runtime): readonly Route[] {
  return [
    route({
      id: "readMe",
      method: "get",
      path: "/api/v1/me",
      tag: "Account",
      summary: "The person who has signed in or the key in use, with scopes and tenant",
      scope: ANY_KEY,
      responses: {
        200: {
          description: "Who you are: with a session what sign-in answers, with a key the key.",
          schema: Type.Union([SignedInSchema, KeySchema]),
        },
      },
      async handler({ caller }) {
        const { person, by, scopes, tenantId } = caller;
        if (person) return json(200, await signedIn(runtime, person), { "cache-control": "no-store" });
        return json(200, { keyId: by, scopes, tenant: await tenantSummary(runtime, tenantId) });
      },
    }),
  ];
}
