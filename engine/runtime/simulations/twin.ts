/**
 * The sandbox a simulation runs in: a tenant of its own with copies of what the flow needs. It has the tenant's numbers, which
 * its emulated vendors, and nobody else, deliver to it.
 */
import { randomBytes } from "node:crypto";
import type { Flow } from "../../core/flow.ts";
import { newId, newTwinId } from "../../ids.ts";
import { insertCredential } from "../../store/credentials.ts";
import type { TenantScope } from "../../store/database.ts";
import { insertFlow, publishVersion } from "../../store/flows.ts";
import {
  approveAll,
  bindNumber,
  type CopiedFlow,
  closeTwin,
  insertCopies,
  insertPlayNumber,
  openRuns,
  openTwin,
  publishedFlows,
} from "../../store/twins.ts";
import type { TenantDirectory } from "../directory.ts";
import type { Engine } from "../engine.ts";
import type { Runtime } from "../runtime.ts";
import { submitTemplate } from "../template-submissions.ts";
import { bindings, playNumber } from "./bindings.ts";
import type { SimulatedVendor } from "./vendors.ts";

export const TWIN_SECONDS = 5 * 60;
export const PLAY_CREDITS = 1_000;

export interface Twin {
  readonly tenantId: string;
  /** What the ids of its copies end in. */
  readonly suffix: string;
  /** The secret path of the flow's own webhook there. */
  readonly hookKey: string;
  /** The same with the ids that shops, groups and numbers have there. */
  translated<T>(value: T): T;
}

export interface TwinPlan {
  readonly of: string;
  readonly document: Flow;
  readonly vendors: readonly SimulatedVendor[];
  readonly offsetMs: number;
}

/** Makes it, with the document published as a version. */
export async function makeTwin(runtime: Runtime, plan: TwinPlan): Promise<Twin> {
  const { db } = runtime;
  const tenantId = newTwinId();
  const suffix = `~${randomBytes(4).toString("hex")}`;
  const { of, offsetMs, vendors } = plan;
  const accounts = Object.fromEntries(
    vendors.map(({ provider, credential }) => [provider, credential.account]),
  );
  await openTwin(db, {
    of,
    id: tenantId,
    seconds: TWIN_SECONDS,
    offsetMs,
    suffix,
    credits: PLAY_CREDITS,
    accounts,
  });
  try {
    const translated = translator(await runtime.directory.of(of), suffix);
    const hookKey = await furnish(runtime, plan, { tenantId, suffix, translated });
    return { tenantId, suffix, hookKey, translated };
  } catch (error) {
    await closeTwin(db, tenantId);
    throw error;
  }
}

/** Gives the secret path of the flow's webhook there. */
async function furnish(
  runtime: Runtime,
  { of, document: draft, vendors }: TwinPlan,
  { tenantId, suffix, translated }: Omit<Twin, "hookKey">,
): Promise<string> {
  const { db } = runtime;
  const others = await db.asTenant(of, publishedFlows);
  const hookKey = randomBytes(18).toString("base64url");
  const document = translated(draft);
  const copies = others.filter(({ key }) => key !== document.key).map((flow) => copyOf(flow, translated));
  await db.asTenant(tenantId, async (scope) => {
    await insertCopies(scope, copies);
    await publish(scope, document, hookKey);
    for (const vendor of vendors) await openAccount(runtime, scope, vendor);
  });
  await bindNumbers(runtime, tenantId, document, vendors);
  await approveTemplates(runtime, { tenantId, suffix }, document);
  return hookKey;
}

/** Ends what still runs there, and takes it away. */
export async function removeTwin(runtime: Runtime, engine: Engine, tenantId: string): Promise<void> {
  await endRuns(runtime, engine, tenantId);
  await closeTwin(runtime.db, tenantId);
  runtime.directory.forget(tenantId);
}

const REST_WITHIN_MS = 3_000;
const LOOK_EVERY_MS = 50;

/** Asks all that runs there to end, and gives it a moment: what is being written would be written into nothing. */
async function endRuns({ db }: Runtime, engine: Engine, tenantId: string): Promise<void> {
  const deadline = performance.now() + REST_WITHIN_MS;
  for (;;) {
    const open = await db.asTenant(tenantId, openRuns);
    await Promise.all(open.map((runId) => engine.cancel(tenantId, runId).catch(() => undefined)));
    if (open.length === 0 || performance.now() > deadline) return;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

type Translate = Twin["translated"];

/** Documents name shops, groups and numbers by id; there they have others. */
function translator({ stores, groups, numbers }: TenantDirectory, suffix: string): Translate {
  const ids = [...stores, ...groups, ...numbers].map(({ id }) => id);
  if (ids.length === 0) return (value) => value;
  const known = new RegExp(`"(${ids.map((id) => id.replaceAll(/[^\w]/g, "\\$&")).join("|")})"`, "g");
  return (value) => JSON.parse(JSON.stringify(value).replaceAll(known, (_, id) => `"${id}${suffix}"`));
}

function copyOf(flow: { key: string; name: string; document: Flow }, translated: Translate): CopiedFlow {
  return {
    ...flow,
    document: translated(flow.document),
    id: newId("flow"),
    versionId: newId("flowVersion"),
    hookKey: randomBytes(18).toString("base64url"),
  };
}

async function publish(scope: TenantScope, document: Flow, hookKey: string): Promise<void> {
  await insertFlow(scope, { id: newId("flow"), hookKey, draft: document });
  const id = newId("flowVersion");
  await publishVersion(scope, { id, key: document.key, document, hash: id, note: null, by: null });
}

async function openAccount(
  { keys }: Runtime,
  scope: TenantScope,
  { credential: { type, account, fields } }: SimulatedVendor,
): Promise<void> {
  const id = newId("credential");
  const sealed = keys.seal({ tenantId: scope.tenantId, table: "credentials", row: id }, fields);
  await insertCredential(scope, { id, type, name: "simulation", account, sealed });
}

async function bindNumbers(
  runtime: Runtime,
  tenantId: string,
  document: Flow,
  vendors: readonly SimulatedVendor[],
): Promise<void> {
  const { numbers, tenant } = await runtime.directory.of(tenantId);
  const listens = ({ provider }: SimulatedVendor) =>
    document.nodes.some(({ type }) => type.startsWith(`${provider}.incoming-`));
  const provider = (vendors.find(listens) ?? vendors[0])?.provider;
  await runtime.db.asTenant(tenantId, async (scope) => {
    if (numbers.length === 0 && provider !== undefined) {
      const { country } = tenant;
      await insertPlayNumber(scope, playNumber(runtime.registry, provider, { country, key: document.key }));
    }
    for (const binding of bindings(numbers, document)) await bindNumber(scope, binding);
  });
  runtime.directory.forget(tenantId);
}

const AT_ONCE = 4;

/** Those the flow names: what it puts together while it runs has the words of its text, and no template. */
async function approveTemplates(
  runtime: Runtime,
  { tenantId, suffix }: Pick<Twin, "tenantId" | "suffix">,
  document: Flow,
): Promise<void> {
  const { templates } = await runtime.directory.of(tenantId);
  const words = JSON.stringify(document);
  const own = templates.filter(({ id, key }) => id.endsWith(suffix) && words.includes(`"${key}"`));
  for (let from = 0; from < own.length; from += AT_ONCE)
    await Promise.all(own.slice(from, from + AT_ONCE).map((row) => submitQuietly(runtime, tenantId, row)));
  await runtime.db.asTenant(tenantId, approveAll);
  runtime.directory.forget(tenantId);
}

/** A template that no vendor takes, or a tenant without WhatsApp, is no reason not to try the rest. */
async function submitQuietly(
  runtime: Runtime,
  tenantId: string,
  row: TenantDirectory["templates"][number],
): Promise<void> {
  try {
    await submitTemplate(runtime, tenantId, row, null);
  } catch (error) {
    runtime.log.debug({ err: error, templateId: row.id }, "a template is not ready in a simulation");
  }
}
