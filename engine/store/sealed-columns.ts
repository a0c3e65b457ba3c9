import type { Knex } from "knex";
import type { JsonObject } from "../core/json.ts";

/** Where sealed secrets are kept for good. (Kept answers are sealed, too, and gone within a day.) */
export const SEALED_COLUMNS = [
  { table: "credentials", column: "sealed" },
  { table: "stores", column: "webhook_secret" },
] as const;

export interface SealedRow {
  readonly table: string;
  readonly column: string;
  readonly tenantId: string;
  readonly row: string;
  readonly sealed: JsonObject;
}

/** As the owner, one tenant after the other, as the walls want it. */
export async function sealedRows(owner: Knex, tenantId: string): Promise<readonly SealedRow[]> {
  return owner.transaction(async (sql) => {
    await nameTenant(sql, tenantId);
    const lists = await Promise.all(
      SEALED_COLUMNS.map(async ({ table, column }) => {
        const rows = await sql(table)
          .where({ tenant_id: tenantId })
          .whereNotNull(column)
          .orderBy("id")
          .select({ row: "id", sealed: column });
        return rows.map(({ row, sealed }) => ({ table, column, tenantId, row, sealed }));
      }),
    );
    return lists.flat();
  });
}

/** False where somebody wrote another secret meanwhile: that is sealed with the present key. */
export async function replaceSealed(owner: Knex, row: SealedRow, sealed: JsonObject): Promise<boolean> {
  return owner.transaction(async (sql) => {
    await nameTenant(sql, row.tenantId);
    const count = await sql(row.table)
      .where({ tenant_id: row.tenantId, id: row.row })
      .whereRaw("?? = cast(? as jsonb)", [row.column, JSON.stringify(row.sealed)])
      .update({ [row.column]: JSON.stringify(sealed) });
    return count > 0;
  });
}

export async function tenantIds(owner: Knex): Promise<readonly string[]> {
  return owner("tenants").orderBy("id").pluck("id");
}

async function nameTenant(sql: Knex.Transaction, tenantId: string): Promise<void> {
  await sql.raw("select set_config('app.tenant_id', ?, true)", [tenantId]);
}
