import { type Static, Type } from "typebox";
import type { Runtime } from "../runtime/runtime.ts";
import { tenantsOf } from "../store/people.ts";
import { At } from "./fields.ts";
import { ROLE_NAMES } from "./roles.ts";
import { csrfTokenOf, type Person } from "./session-person.ts";

export const TenantSchema = Type.Object({
  id: Type.String(),
  name: Type.String(),
  country: Type.String(),
  timezone: Type.String(),
  locale: Type.String(),
  status: Type.Enum(["active", "suspended"]),
});

const RoleField = Type.Enum(ROLE_NAMES);

/** A person, and what they may do where they are. */
export const SignedInSchema = Type.Object({
  user: Type.Object({
    id: Type.String(),
    name: Type.String(),
    email: Type.String(),
    locale: Type.String({ description: "Their own language, or that of the tenant." }),
  }),
  tenant: TenantSchema,
  role: RoleField,
  scopes: Type.Array(Type.String(), { description: "What the role may do." }),
  csrfToken: Type.String({ description: "Send it as X-CSRF-Token with everything that is no GET." }),
  tenants: Type.Array(Type.Object({ id: Type.String(), name: Type.String(), role: RoleField }), {
    description: "All they work for.",
  }),
  session: Type.Object({ id: Type.String(), expiresAt: At }),
});

export type SignedIn = Static<typeof SignedInSchema>;

export async function signedIn(
  { db, keys, directory }: Runtime,
  { user, role, scopes, tenantId, sessionId, expiresAt }: Person,
): Promise<SignedIn> {
  const [tenant, tenants] = await Promise.all([
    tenantSummary({ directory }, tenantId),
    tenantsOf(db, user.id),
  ]);
  return {
    user,
    tenant,
    role: role as SignedIn["role"],
    scopes: [...scopes],
    csrfToken: csrfTokenOf(keys, sessionId),
    tenants: tenants.map((entry) => ({ ...entry, role: entry.role as SignedIn["role"] })),
    session: { id: sessionId, expiresAt },
  };
}

export async function tenantSummary(
  { directory }: Pick<Runtime, "directory">,
  tenantId: string,
): Promise<Static<typeof TenantSchema>> {
  const { tenant } = await directory.of(tenantId);
  const { id, name, country, timezone, locale, status } = tenant;
  return { id, name, country, timezone, locale, status };
}
