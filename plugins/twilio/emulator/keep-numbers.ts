/** Numbers come to an account and leave it: on record, and for the messaging services that may have them. */
import { numberOf, type OwnedNumber } from "./owned-numbers.ts";
import { newSid } from "./sids.ts";
import type { World } from "./world.ts";

/** Keeps a number, new or changed, and what messaging services know of it. */
export function keepNumber(world: World, number: OwnedNumber): OwnedNumber {
  const { sid: ref, e164: to, createdAt: at, ...details } = number;
  world.numbers.set(ref, number);
  world.services.numbers.set(ref, to);
  world.ledger.add({ kind: "number", ref, at, to, status: "in-use", details: { ...details } });
  return number;
}

export function releaseNumber(world: World, sid: string): void {
  world.numbers.delete(sid);
  world.services.numbers.delete(sid);
  for (const { pool } of world.services.all.values()) pool.delete(sid);
  world.ledger.update(sid, { status: "released" });
}

/** An account that is closed keeps none. */
export function releaseAll(world: World, accountSid: string): void {
  for (const number of [...world.numbers.values()])
    if (number.accountSid === accountSid) releaseNumber(world, number.sid);
}

/** Makes a number the account's, without any address; gives its sid. */
export function ownNumber(world: World, e164: string, accountSid: string): string {
  const known = numberOf(world, e164);
  if (known) return known.sid;
  const at = world.now().toISOString();
  return keepNumber(world, {
    sid: newSid("PN"),
    e164,
    accountSid,
    settings: {},
    createdAt: at,
    updatedAt: at,
  }).sid;
}
