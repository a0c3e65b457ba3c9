/**
 * Bringing a number to life at its vendor, step by step, each on record.
 *
 *   created → code_sent → verified → registered → subscribed → connected; and deregistered, from which it may come back
 */
import type { JsonObject } from "../core/json.ts";
import { AppError } from "../errors.ts";
import { newId } from "../ids.ts";
import type { NumberCall, NumberLifecycle } from "../plugin-api.ts";
import { insertAudit } from "../store/audit.ts";
import { readCredential } from "../store/credentials.ts";
import {
  insertNumber,
  keepVendorAccount,
  type Lifecycle,
  type NumberRecord,
  numberOwner,
  readNumber,
  readVendorAccount,
  updateNumber,
} from "../store/numbers.ts";
import type { Runtime } from "./runtime.ts";

/** Who asks. */
export interface Actor {
  readonly tenantId: string;
  readonly by: string;
}

/** A number with the operations its vendor offers. */
export interface OpenNumber {
  readonly number: NumberRecord;
  readonly lifecycle: NumberLifecycle;
  readonly call: NumberCall;
}

/** @throws AppError NOT_FOUND, NUMBER_STATE where its vendor offers nothing of the kind, CREDENTIAL_MISSING */
export async function openNumber(runtime: Runtime, { tenantId }: Actor, id: string): Promise<OpenNumber> {
  const number = await runtime.db.asTenant(tenantId, (scope) => readNumber(scope, id));
  if (!number) throw new AppError("NOT_FOUND", `There is no number ${id}.`);
  const lifecycle = lifecycleOf(runtime, number.provider);
  if (number.provider_id === null)
    throw new AppError("NUMBER_STATE", `${number.e164} has no id at ${number.provider}; enter it first.`);
  const account = { ...(await accountCall(runtime, tenantId, lifecycle)), account: number.account_ref };
  return { number, lifecycle, call: { ...account, providerId: number.provider_id } };
}

function lifecycleOf({ registry }: Runtime, provider: string): NumberLifecycle {
  const lifecycle = registry.numbers(provider);
  if (lifecycle) return lifecycle;
  throw new AppError("NUMBER_STATE", `Numbers of ${provider} are not set up from here.`, { provider });
}

async function accountCall({ secrets, fetch }: Runtime, tenantId: string, { credential }: NumberLifecycle) {
  return { credential: await secrets.open(tenantId, credential), fetch };
}

/** A number to be: a new one, or one that the account has already. */
export type NewNumber = {
  readonly provider: string;
  readonly account: string;
  readonly label: string | null;
} & (
  | { readonly countryCode: string; readonly national: string; readonly name: string }
  | { readonly providerId: string }
);

/** Adds a number to an account of the tenant. @throws AppError NUMBER_STATE, NUMBER_REFUSED, NOT_FOUND, VENDOR_* */
export async function addNumber(runtime: Runtime, actor: Actor, wish: NewNumber): Promise<NumberRecord> {
  const lifecycle = lifecycleOf(runtime, wish.provider);
  const call = { ...(await accountCall(runtime, actor.tenantId, lifecycle)), account: wish.account };
  await allowAccount(runtime, actor, lifecycle, call);
  const found =
    "providerId" in wish
      ? await adopt(runtime, lifecycle, { ...call, providerId: wish.providerId })
      : await create(runtime, actor, lifecycle, call, wish);
  const id = newId("number");
  await runtime.db.asTenant(actor.tenantId, async (scope) => {
    await insertNumber(scope, {
      id,
      e164: found.e164,
      label: wish.label,
      provider: wish.provider,
      provider_id: found.providerId,
      account_ref: wish.account,
      whatsapp: true,
      lifecycle: found.lifecycle,
    });
    if (found.state) await updateNumber(scope, id, { state: found.state });
    await audit(scope, actor, "number.add", id, { account: wish.account, e164: found.e164 });
  });
  runtime.directory.forget(actor.tenantId);
  return readAgain(runtime, actor, id);
}

interface Found {
  readonly providerId: string;
  readonly e164: string;
  readonly lifecycle: Lifecycle;
  readonly state?: JsonObject;
}

/**
 * With a credential of its own a tenant may use every account that opens; with the operator's, only those the operator gave
 * it: the operator's token opens everybody's.
 */
async function allowAccount(
  { db }: Runtime,
  { tenantId }: Actor,
  lifecycle: NumberLifecycle,
  call: Omit<NumberCall, "providerId">,
): Promise<void> {
  const { provider, credential } = lifecycle;
  const ref = call.account ?? "";
  const [known, own] = await db.asTenant(tenantId, async (scope) => [
    await readVendorAccount(scope, provider, ref),
    await readCredential(scope, credential),
  ]);
  if (!known && !own)
    throw new AppError(
      "NOT_FOUND",
      `The account ${ref} is not among yours; ask the operator to give it to you.`,
      {
        account: ref,
      },
    );
  const { name, currency, state } = await lifecycle.account(call);
  await db.asTenant(tenantId, (scope) =>
    keepVendorAccount(scope, provider, { account_ref: ref, name, currency, state }),
  );
}

async function create(
  runtime: Runtime,
  { tenantId }: Actor,
  lifecycle: NumberLifecycle,
  call: Omit<NumberCall, "providerId">,
  { countryCode, national, name }: Extract<NewNumber, { national: string }>,
): Promise<Found> {
  const e164 = `+${countryCode}${national}`;
  const { numbers } = await runtime.directory.of(tenantId);
  if (numbers.some((number) => number.e164 === e164 && number.provider === lifecycle.provider))
    throw new AppError("NUMBER_STATE", `${e164} is among your numbers already.`, { number: e164 });
  const { providerId } = await lifecycle.add(call, { countryCode, national, name });
  return { providerId, e164, lifecycle: "created" };
}

async function adopt(runtime: Runtime, lifecycle: NumberLifecycle, call: NumberCall): Promise<Found> {
  const { providerId } = call;
  if ((await numberOwner(runtime.db, lifecycle.provider, providerId)) !== null)
    throw new AppError("NUMBER_STATE", `The number ${providerId} is assigned already.`, { providerId });
  if (!(await lifecycle.holds(call)))
    throw new AppError("NOT_FOUND", `The account ${call.account} has no number ${providerId}.`, {
      providerId,
    });
  const { e164, state, connected } = await lifecycle.read(call);
  if (e164 === null)
    throw new AppError("NUMBER_STATE", `${lifecycle.provider} does not show the number ${providerId} yet.`);
  return { providerId, e164, state, lifecycle: connected ? "registered" : "created" };
}

/** Asks for the code that proves whose the number is. One the vendor knows as verified needs none. */
export async function requestCode(
  runtime: Runtime,
  actor: Actor,
  id: string,
  how: Parameters<NumberLifecycle["requestCode"]>[1],
): Promise<NumberRecord> {
  return step(runtime, actor, id, {
    action: "number.request-code",
    from: ["created", "code_sent", "deregistered"],
    details: { ...how },
    async act({ lifecycle, call }) {
      const { verified } = await lifecycle.requestCode(call, how);
      return { lifecycle: verified ? "verified" : "code_sent" };
    },
  });
}

export async function verifyCode(
  runtime: Runtime,
  actor: Actor,
  id: string,
  code: string,
): Promise<NumberRecord> {
  return step(runtime, actor, id, {
    action: "number.verify-code",
    from: ["code_sent"],
    async act({ lifecycle, call }) {
      await lifecycle.verifyCode(call, code);
      return { lifecycle: "verified" };
    },
  });
}

/** Registers a number with its two-step PIN; again after a new name was approved. */
export async function registerNumber(
  runtime: Runtime,
  actor: Actor,
  id: string,
  pin: string,
): Promise<NumberRecord> {
  return step(runtime, actor, id, {
    action: "number.register",
    from: ["verified", "registered", "subscribed", "connected", "deregistered"],
    async act(open) {
      checkRegistrations(runtime, open);
      await open.lifecycle.register(open.call, pin);
      const { lifecycle } = open.number;
      const further = lifecycle === "subscribed" || lifecycle === "connected";
      return { lifecycle: further ? lifecycle : "registered", registration: true };
    },
  });
}

export async function deregisterNumber(runtime: Runtime, actor: Actor, id: string): Promise<NumberRecord> {
  return step(runtime, actor, id, {
    action: "number.deregister",
    from: ["registered", "subscribed", "connected"],
    async act(open) {
      checkRegistrations(runtime, open);
      await open.lifecycle.deregister(open.call);
      return { lifecycle: "deregistered", registration: true };
    },
  });
}

/** The vendor counts registrations, and locks a number that has too many: better not to ask. */
function checkRegistrations({ clock }: Runtime, { number, lifecycle }: OpenNumber): void {
  const { most, withinMs } = lifecycle.registrations;
  const since = clock.now().getTime() - withinMs;
  const lately = number.registrations.filter((at) => at.getTime() > since);
  const oldest = lately[0];
  if (lately.length < most || !oldest) return;
  const retryAfterMs = oldest.getTime() - since;
  throw new AppError(
    "NUMBER_STATE",
    `${number.e164} was registered or deregistered ${most} times within ${withinMs / 3_600_000} hours; the next time is ${new Date(oldest.getTime() + withinMs).toISOString()}.`,
    { retryAfterMs },
  );
}

/** Has the number's account report to us, at the app's own address unless another is named. */
export async function subscribeNumber(
  runtime: Runtime,
  actor: Actor,
  id: string,
  callback: Parameters<NumberLifecycle["subscribe"]>[1],
): Promise<NumberRecord> {
  return step(runtime, actor, id, {
    action: "number.subscribe",
    from: ["registered", "subscribed", "connected"],
    details: { callback: callback?.url ?? null },
    async act({ number, lifecycle, call }) {
      await lifecycle.subscribe(call, callback);
      return { lifecycle: number.lifecycle === "connected" ? "connected" : "subscribed" };
    },
  });
}

/** Reads back what the vendor says of the number: status, quality, limit, name, health. */
export async function refreshNumber(runtime: Runtime, actor: Actor, id: string): Promise<NumberRecord> {
  return step(runtime, actor, id, {
    action: "number.refresh",
    from: null,
    async act({ number, lifecycle, call }) {
      const { state, connected } = await lifecycle.read(call);
      return {
        state: { ...state, checkedAt: runtime.clock.now().toISOString() },
        ...progress(number.lifecycle, connected),
      };
    },
  });
}

/** One that reports to us is connected when its vendor says so. */
function progress(now: Lifecycle | null, connected: boolean): { readonly lifecycle?: Lifecycle } {
  if (now === "subscribed" && connected) return { lifecycle: "connected" };
  return now === "connected" && !connected ? { lifecycle: "subscribed" } : {};
}

interface Step {
  readonly action: string;
  /** How far a number may be for it; null: however far. One set up elsewhere may be anywhere. */
  readonly from: readonly Lifecycle[] | null;
  readonly details?: JsonObject;
  act(open: OpenNumber): Promise<Parameters<typeof updateNumber>[2]>;
}

async function step(
  runtime: Runtime,
  actor: Actor,
  id: string,
  { action, from, details = {}, act }: Step,
): Promise<NumberRecord> {
  const open = await openNumber(runtime, actor, id);
  const { lifecycle, e164 } = open.number;
  if (from && lifecycle !== null && !from.includes(lifecycle))
    throw new AppError(
      "NUMBER_STATE",
      `${e164} is ${lifecycle}; this is for one that is ${from.join(", ")}.`,
      {
        lifecycle,
        expected: from,
      },
    );
  const change = await act(open);
  await runtime.db.asTenant(actor.tenantId, async (scope) => {
    await updateNumber(scope, id, change);
    await audit(scope, actor, action, id, details);
  });
  runtime.directory.forget(actor.tenantId);
  return readAgain(runtime, actor, id);
}

function audit(
  scope: Parameters<typeof insertAudit>[0],
  { by }: Actor,
  action: string,
  target: string,
  details: JsonObject,
): Promise<void> {
  return insertAudit(scope, { actor: by, action, target, details });
}

async function readAgain({ db }: Runtime, { tenantId }: Actor, id: string): Promise<NumberRecord> {
  const number = await db.asTenant(tenantId, (scope) => readNumber(scope, id));
  if (!number) throw new AppError("NOT_FOUND", `There is no number ${id}.`);
  return number;
}
