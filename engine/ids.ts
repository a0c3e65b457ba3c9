import { createHash } from "node:crypto";
import { v5, v7 } from "uuid";

/** Id kinds and their prefixes. Ids sort by creation time, except those derived from a key. */
export const ID_PREFIXES = {
  tenant: "ten",
  consent: "cns",
  user: "usr",
  apiKey: "key",
  session: "ses",
  tokenIssuer: "iss",
  plan: "pln",
  subscription: "sub",
  number: "num",
  storeGroup: "grp",
  store: "sto",
  contact: "con",
  message: "msg",
  call: "cal",
  interaction: "int",
  template: "tpl",
  credential: "crd",
  flow: "flw",
  flowVersion: "ver",
  run: "run",
  effect: "eff",
  delivery: "inb",
  conversation: "cnv",
  ask: "ask",
  entry: "ent",
  list: "lst",
  link: "lnk",
  request: "req",
  audit: "aud",
  numberEvent: "nev",
  media: "med",
  storeDelivery: "sdl",
  simulation: "sim",
  document: "doc",
} as const;

export type IdKind = keyof typeof ID_PREFIXES;

// Any fixed UUID will do; changing it would give every effect of every open run a new identity.
const EFFECT_NAMESPACE = "6f1d8a52-5a34-5c9e-9d0c-2f6f4a1f7c11";

const CHILD_NAMESPACE = "b7a3c2de-0a44-5d0e-8f53-1c9b0e7d2a65";

const MEDIA_NAMESPACE = "2d1f6f0e-52b0-5a43-9a55-8f8a4f0f7e0b";

/** The id of what one person and one number of ours write to each other; `conversation_id` in the database is the same. */
export function conversationId(tenant: string, channel: string, number: string, contact: string): string {
  const key = [tenant, channel, number, contact].join(" ");
  return `${ID_PREFIXES.conversation}_${createHash("md5").update(key).digest("hex")}`;
}

/** A new id such as `run_0193…`: prefix, then the 32 hex digits of a version 7 UUID. */
export function newId(kind: IdKind): string {
  return `${ID_PREFIXES[kind]}_${v7().replaceAll("-", "")}`;
}

const TWIN = `${ID_PREFIXES.tenant}_twin_`;

/** The id of a tenant's twin, in which one simulation runs. */
export function newTwinId(): string {
  return TWIN + v7().replaceAll("-", "");
}

/** True for a tenant that only a simulation runs in: nothing of it may reach a real vendor. */
export function isTwin(tenantId: string): boolean {
  return tenantId.startsWith(TWIN);
}

/** [A4] The id of an outside effect: the same step and part give the same id again after a crash. */
export function effectId(stepKey: string, part: string): string {
  return `${ID_PREFIXES.effect}_${v5(`${stepKey}/${part}`, EFFECT_NAMESPACE).replaceAll("-", "")}`;
}

/** The id of a file that came with a message: the same message told again gives the same id again. */
export function inboundMediaId(provider: string, tenantId: string, ref: string, place: number): string {
  return `${ID_PREFIXES.media}_${v5(`${provider}/${tenantId}/${ref}/${place}`, MEDIA_NAMESPACE).replaceAll("-", "")}`;
}

/** The id of the question a step asks, from its first visit on. */
export function askId(stepKey: string): string {
  return `${ID_PREFIXES.ask}_${v5(stepKey, EFFECT_NAMESPACE).replaceAll("-", "")}`;
}

/** The id of a list that is made for this key: the same again for the same. */
export function listIdOf(key: string): string {
  return `${ID_PREFIXES.list}_${v5(key, EFFECT_NAMESPACE).replaceAll("-", "")}`;
}

/**
 * The id of a run that a step starts as one of its branches: the same step and branch at the same moment give the same id
 * again. Like other ids of runs it sorts by time.
 */
export function childRunId(parentStep: string, branch: string, at: Date): string {
  const moment = at.getTime().toString(16).padStart(12, "0").slice(-12);
  return `${ID_PREFIXES.run}_${moment}${v5(`${parentStep}/${branch}`, CHILD_NAMESPACE).replaceAll("-", "").slice(12)}`;
}
