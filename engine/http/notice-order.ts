/** Which text a notice has for this tenant, and whether the values fit it: asked before anything is started. */
import type { ErpModule, ModuleTemplate } from "../core/erp-module.ts";
import { type NoticeText, noticeFaults, sayNoticeFaults } from "../core/notice-values.ts";
import { namesIn } from "../core/template-content.ts";
import { AppError } from "../errors.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { chooseTemplate } from "../runtime/template-view.ts";

export interface NoticeOrder {
  readonly module: string;
  readonly template: string;
  readonly locale?: string;
  readonly storeId?: string;
  readonly channels?: readonly ("sms" | "whatsapp")[];
}

export interface Notice {
  readonly key: string;
  readonly locale: string;
  readonly text: NoticeText;
  readonly purpose: "service" | "notice" | "marketing";
  readonly channels: readonly ("sms" | "whatsapp")[];
}

/** @throws AppError TEMPLATE_MISSING naming the notices of the module, STORE_MISSING */
export async function noticeOf(runtime: Runtime, tenantId: string, order: NoticeOrder): Promise<Notice> {
  const { templates, stores, tenant } = await runtime.directory.of(tenantId);
  const store = stores.find(({ id }) => id === order.storeId);
  if (order.storeId !== undefined && !store)
    throw new AppError("STORE_MISSING", `There is no store ${order.storeId}.`, { storeId: order.storeId });
  const locale = order.locale ?? tenant.locale;
  const place = { locale, storeId: store?.id ?? null, groupId: store?.group_id ?? null };
  const found = chooseTemplate(templates, order.template, place);
  const module = runtime.modules.find(({ module: name }) => name === order.module);
  const owner = runtime.modules.find(({ templates: own }) => own.some(({ key }) => key === order.template));
  if (!found || (owner && owner !== module)) throw missing(order, module);
  const planned = owner?.templates.find(({ key }) => key === order.template);
  const variables = found.variables.map(({ name }) => name);
  const known = new Set([...found.known, ...namesIn(found.content.body)]);
  return {
    key: found.key,
    locale,
    text: { body: found.content.body, variables, known },
    purpose: planned?.purpose ?? (found.category === "marketing" ? "marketing" : "notice"),
    channels: order.channels ?? channelsOf(planned),
  };
}

function channelsOf(planned: ModuleTemplate | undefined): Notice["channels"] {
  return planned?.channels ?? ["whatsapp", "sms"];
}

function missing({ module: name, template }: NoticeOrder, module: ErpModule | undefined): AppError {
  const keys = module?.templates.map(({ key }) => key) ?? [];
  const expected = keys.length > 0 ? `one of ${keys.join(", ")}, or the key` : "the key";
  const message = `Module "${name}" has no notice "${template}"; expected ${expected} of a template of yours.`;
  return new AppError("TEMPLATE_MISSING", message, { module: name, template });
}

/** @throws AppError TEMPLATE_INVALID; `where` says whose values they are, where there are many */
export function refuseValues(
  { key, text }: Notice,
  values: Readonly<Record<string, string | number>>,
  where = "",
): void {
  const faults = noticeFaults(text, values);
  if (faults === null) return;
  const expected = text.variables.join(", ") || "none";
  const message = `${where}Notice "${key}" has ${sayNoticeFaults(faults)}; it needs: ${expected}.`;
  throw new AppError("TEMPLATE_INVALID", message, { template: key, ...faults });
}
