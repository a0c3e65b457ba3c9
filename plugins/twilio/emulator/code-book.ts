import { youngestFor } from "./verification-record.ts";
import type { World } from "./world.ts";

/** The code this phone or mailbox was sent last; null: none. */
export function codeFor(world: World, to: string): string | null {
  const code = youngestFor(world, to)?.details?.code;
  return typeof code === "string" ? code : null;
}

/** `{code}` in what a person types is the code they were sent: they read it from their own phone. */
export function withCode(world: World, phone: string, typed: string): string {
  return typed.replaceAll("{code}", codeFor(world, phone) ?? "");
}
