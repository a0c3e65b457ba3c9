import { DEMO_TEMPLATES, type DemoTemplate } from "../../engine/demo/demo-templates.ts";
import { registerDemoTemplates } from "../../engine/demo/demo-vendors.ts";
import type { TestEngine } from "./build-engine.ts";
import { inspect } from "./database.ts";
import type { Given } from "./scenario.ts";

type Stands = NonNullable<Given["templates"]>[number];

/** Has vendors say what a scenario gives, the way they say it: Meta in a webhook, Twilio when asked. Gives the way back. */
export async function setTemplates(
  engine: TestEngine,
  given: readonly Stands[],
): Promise<() => Promise<void>> {
  for (const stands of given) await tell(engine, stands, templateOf(stands));
  return async () => {
    if (given.length === 0) return;
    const all =
      "update template_submissions set status = 'approved', reason = null, reported_at = null where tenant_id = $1";
    await inspect(engine.connection, all, [engine.tenantId]);
    await registerDemoTemplates(engine.app);
  };
}

function templateOf({ key, locale }: Stands): DemoTemplate {
  const found = DEMO_TEMPLATES.find(
    (one) => one.key === key && one.locale === locale && one.store_id === null,
  );
  if (found) return found;
  throw new TypeError(`the demo has no template "${key}" in "${locale}"`);
}

async function tell(
  { twilio, meta, url, apiKey }: TestEngine,
  { provider, status, reason }: Stands,
  { id, contentSid, metaName, locale }: DemoTemplate,
): Promise<void> {
  if (provider === "meta") return meta.decideTemplate(metaName, locale, status.toUpperCase(), reason);
  twilio.decideContent(contentSid, { status, rejectionReason: reason ?? "" });
  const headers = { authorization: `Bearer ${apiKey}` };
  const answer = await fetch(`${url}/api/v1/templates/${id}/sync`, { method: "POST", headers });
  if (answer.status !== 200) throw new Error(`sync answered ${answer.status}: ${await answer.text()}`);
}
