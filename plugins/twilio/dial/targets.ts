import { Check } from "typebox/value";
import {
  AppError,
  hoursAt,
  localMoment,
  type NodeContext,
  OpeningHoursSchema,
  type StoreView,
} from "../../../engine/plugin-api.ts";
import { badInput, sentence } from "../bad-input.ts";
import { lineOf } from "../line.ts";
import { clientIdentity, phoneNumber, roomName, sipAddress } from "./addresses.ts";
import { type ConnectParams, type DialTarget, MAX_TARGETS } from "./params.ts";

/** Whom to ring, in order, each once. @throws AppError PARAMS_INVALID, STORE_MISSING */
export async function targetsOf(ctx: NodeContext, params: ConnectParams): Promise<string[]> {
  const found = [...new Set(await candidatesOf(ctx, params))];
  if (params.strategy !== "least_recent" || found.length < 2) return found;
  return leastRecentFirst(ctx, params.target, found);
}

async function candidatesOf(ctx: NodeContext, params: ConnectParams): Promise<string[]> {
  switch (params.target) {
    case "store_mobile":
    case "store_landline":
      return [storePhone(ctx, params.target)];
    case "store_lines":
      return storeLines(ctx);
    case "group_stores":
      return groupLines(ctx, params.onlyOpen);
    default:
      return namedTargets(ctx, params);
  }
}

function namedTargets(ctx: NodeContext, params: ConnectParams): string[] {
  // One entry may hold several, as a template that names a whole team does.
  const given = params.to
    .flatMap((entry) => entry.split(","))
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "");
  const max = params.target === "conference" || params.target === "queue" ? 1 : MAX_TARGETS;
  if (given.length >= 1 && given.length <= max) return given.map((entry) => addressOf(ctx, params, entry));
  throw badInput(
    ctx,
    {
      en: `${given.length} destinations; 1 to ${max} are expected.`,
      es: `${given.length} destinos; se esperan de 1 a ${max}.`,
    },
    { target: params.target, to: params.to },
  );
}

function addressOf(ctx: NodeContext, params: ConnectParams, entry: string): string {
  switch (params.target) {
    case "sip":
      return params.trunk?.trim() && !/^sips?:/i.test(entry)
        ? phoneNumber(ctx, entry)
        : sipAddress(ctx, entry);
    case "client":
      return clientIdentity(ctx, entry);
    case "conference":
    case "queue":
      return roomName(ctx, entry);
    default:
      return phoneNumber(ctx, entry);
  }
}

// ------------------------------------------------------------------------------------------------ from store data

function storeOf(ctx: NodeContext): StoreView {
  if (ctx.store !== null) return ctx.store;
  throw new AppError(
    "STORE_MISSING",
    sentence(ctx, {
      en: "It calls the store's phone, but the run has no store yet.",
      es: "Llama al teléfono de la tienda, pero la ejecución aún no tiene tienda.",
    }),
  );
}

function storePhone(ctx: NodeContext, target: "store_mobile" | "store_landline"): string {
  const store = storeOf(ctx);
  // The other phone is no substitute: a landline that is forwarded to us would ring in circles.
  const phone = target === "store_mobile" ? store.mobile : store.landline;
  if (phone?.trim()) return phoneNumber(ctx, phone);
  const kind = target === "store_mobile" ? { en: "mobile", es: "móvil" } : { en: "landline", es: "fijo" };
  throw noPhone(ctx, store, kind);
}

function noPhone(ctx: NodeContext, store: StoreView, kind: { en: string; es: string }): AppError {
  return new AppError(
    "STORE_MISSING",
    sentence(ctx, {
      en: `Store ${store.name} (${store.id}) has no ${kind.en} to call.`,
      es: `La tienda ${store.name} (${store.id}) no tiene ${kind.es} al que llamar.`,
    }),
    { storeId: store.id },
  );
}

/** Both phones of the store, but for the one the call came in on: it would ring in circles. */
function storeLines(ctx: NodeContext): string[] {
  const store = storeOf(ctx);
  const lines = linesOf(ctx, store);
  if (lines.length === 0) throw noPhone(ctx, store, { en: "phone", es: "teléfono" });
  return lines;
}

function linesOf(ctx: NodeContext, { mobile, landline }: StoreView): string[] {
  const calledOn = [lineOf(ctx)?.to, forwardedFrom(ctx)];
  return [mobile, landline]
    .filter((phone): phone is string => Boolean(phone?.trim()))
    .map((phone) => phoneNumber(ctx, phone))
    .filter((phone) => !calledOn.includes(phone));
}

function forwardedFrom({ trigger: { call } }: NodeContext): unknown {
  return typeof call === "object" && call !== null ? Reflect.get(call, "forwardedFrom") : null;
}

/** One phone of each store of the group, the store of the call first. As many as Twilio rings. */
async function groupLines(ctx: NodeContext, onlyOpen: boolean): Promise<string[]> {
  const own = storeOf(ctx);
  const group = own.groupId === null ? [own] : await ctx.directory.storesOfGroup(own.groupId);
  const others = group.filter(({ id }) => id !== own.id);
  const open = [own, ...others].filter((store) => !onlyOpen || isOpen(store, ctx.now));
  const lines = open.flatMap((store) => linesOf(ctx, store).slice(0, 1));
  if (lines.length > 0) return lines.slice(0, MAX_TARGETS);
  throw new AppError(
    "STORE_MISSING",
    sentence(ctx, {
      en: "No store of the group is open and has a phone to call.",
      es: "Ninguna tienda del grupo está abierta y tiene un teléfono al que llamar.",
    }),
    { groupId: own.groupId ?? "" },
  );
}

/** A store that keeps no hours is taken as open. */
function isOpen(store: StoreView, now: Date): boolean {
  const { hours, timezone } = store;
  return !Check(OpeningHoursSchema, hours) || hoursAt(hours, localMoment(now, timezone)).state === "open";
}

/** Who has not taken a call for longest comes first; who never did, before all. */
async function leastRecentFirst(ctx: NodeContext, target: DialTarget, found: string[]): Promise<string[]> {
  const name = (address: string) => (target === "client" ? `client:${address}` : address);
  const last = await ctx.lines.lastAnswered(found.map(name));
  const moment = (address: string) => last[name(address)] ?? "";
  return found.toSorted((a, b) => (moment(a) < moment(b) ? -1 : moment(a) > moment(b) ? 1 : 0));
}
