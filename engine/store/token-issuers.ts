import type { TenantScope } from "./database.ts";

/** A system of the tenant's own whose tokens are taken. */
export interface TokenIssuerRow {
  readonly id: string;
  readonly name: string;
  readonly issuer: string;
  readonly jwks_url: string;
  readonly scopes: readonly string[];
  readonly created_by: string;
  readonly created_at: Date;
}

const SHOWN = ["id", "name", "issuer", "jwks_url", "scopes", "created_by", "created_at"] as const;

export async function insertTokenIssuer(
  { sql, tenantId }: TenantScope,
  row: Omit<TokenIssuerRow, "created_at">,
): Promise<TokenIssuerRow> {
  const [made] = await sql("token_issuers")
    .insert({ ...row, scopes: [...row.scopes], tenant_id: tenantId })
    .returning([...SHOWN]);
  return made as TokenIssuerRow;
}

export function listTokenIssuers({ sql, tenantId }: TenantScope): Promise<TokenIssuerRow[]> {
  return sql("token_issuers")
    .where("token_issuers.tenant_id", tenantId)
    .orderBy("token_issuers.id")
    .select([...SHOWN]);
}

export async function findTokenIssuer(
  { sql, tenantId }: TenantScope,
  issuer: string,
): Promise<TokenIssuerRow | null> {
  const row = await sql("token_issuers")
    .where({ tenant_id: tenantId, issuer })
    .first([...SHOWN]);
  return (row as TokenIssuerRow | undefined) ?? null;
}

export function deleteTokenIssuer({ sql, tenantId }: TenantScope, id: string): Promise<number> {
  return sql("token_issuers").where({ tenant_id: tenantId, id }).delete();
}
