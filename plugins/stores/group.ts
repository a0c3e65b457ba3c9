import type { Json, NodeContext, StoreView } from "../../engine/plugin-api.ts";

/** The group chosen, else that of the number called, else that of the store; null: none. */
export function groupIdOf(ctx: NodeContext, chosen: string | undefined): string | null {
  return chosen?.trim() || idOf(ctx.trigger.group) || (ctx.store?.groupId ?? null);
}

/** The stores of that group; of the whole tenant when there is none. */
export function storesToChooseFrom(
  ctx: NodeContext,
  chosen: string | undefined,
): Promise<readonly StoreView[]> {
  const groupId = groupIdOf(ctx, chosen);
  return groupId === null ? ctx.directory.storesOfTenant() : ctx.directory.storesOfGroup(groupId);
}

function idOf(value: Json | undefined): string | null {
  if (typeof value === "string") return value || null;
  const id = typeof value === "object" && value !== null && "id" in value ? value.id : null;
  return typeof id === "string" ? id : null;
}
