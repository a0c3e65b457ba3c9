/** Messaging services and their numbers. A message through a service is given one of them, the same person the same one. */
import { createHash } from "node:crypto";
import type { Form } from "./form.ts";
import { type RestAnswer, refusal } from "./rest-answer.ts";

export interface Service {
  readonly sid: string;
  readonly accountSid: string;
  readonly createdAt: string;
  readonly fields: Form;
  /** Sids of its numbers. */
  readonly pool: Set<string>;
}

/** What an account has of services and of numbers that may be in them. */
export interface Services {
  readonly all: Map<string, Service>;
  /** E.164 by PN sid. */
  readonly numbers: Map<string, string>;
}

export function createServices(numbers: Iterable<{ readonly sid: string; readonly e164: string }>): Services {
  return { all: new Map(), numbers: new Map([...numbers].map(({ sid, e164 }) => [sid, e164])) };
}

/** The service a number is in. */
export function serviceOf({ all }: Services, numberSid: string): Service | undefined {
  return [...all.values()].find(({ pool }) => pool.has(numberSid));
}

/** What Twilio says against sending through a service. An account that has made none may name any. */
export function refuseService({ all }: Services, sid: string): RestAnswer | null {
  const service = all.get(sid);
  if (!service) return all.size === 0 ? null : refusal(400, 21705);
  return service.pool.size === 0 ? refusal(400, 21704) : null;
}

/** Numbers of a service; empty where it is not known. */
export function poolOf({ all, numbers }: Services, sid: string): readonly string[] {
  return [...(all.get(sid)?.pool ?? [])].flatMap((number) => numbers.get(number) ?? []);
}

/** Whose turn it is to write to this person: always the same one's. */
export function senderFor(services: Services, sid: string, person: string): string | null {
  const pool = [...poolOf(services, sid)].sort();
  if (pool.length === 0) return null;
  return pool[createHash("sha256").update(person).digest().readUInt32LE(0) % pool.length] ?? null;
}
