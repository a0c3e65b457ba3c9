import type { MetaEmulator } from "../../plugins/meta/emulator/meta-emulator.ts";
import { formatOf, reviewedComponents } from "../../plugins/meta/templates/components.ts";
import type { TwilioEmulator } from "../../plugins/twilio/emulator/emulator.ts";
import { twilioContent } from "../../plugins/twilio/templates/content-types.ts";
import type { Centralita } from "../main.ts";
import { signedUrl } from "../runtime/media-files.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { TenantScope } from "../store/database.ts";
import { endSubmission } from "../store/templates.ts";
import { DEMO_PICTURE, DEMO_TEMPLATES, type DemoTemplate } from "./demo-templates.ts";
import { DEMO } from "./demo-tenant.ts";

/**
 * Lets the emulated vendors know the demo tenant's templates as if they had approved them long ago, and writes what they
 * call them: where files can be got depends on where this server is.
 */
export async function registerDemoTemplates({
  runtime,
  emulators,
}: Pick<Centralita, "runtime" | "emulators">): Promise<void> {
  const vendors = DEMO_TEMPLATES.flatMap((template) => [
    ...(emulators.twilio ? [atTwilio(runtime, emulators.twilio as TwilioEmulator, template)] : []),
    ...(emulators.meta ? [atMeta(emulators.meta as MetaEmulator, template)] : []),
  ]);
  if (emulators.twilio) (emulators.twilio as TwilioEmulator).registerContent(MADE_AT_TWILIO);
  if (emulators.meta) (emulators.meta as MetaEmulator).registerTemplate(MADE_AT_META);
  await runtime.db.asTenant(DEMO.tenant.id, async (scope) => {
    for (const { template, provider, ref, names } of vendors)
      await approve(scope, template, { provider, ref, names });
  });
  runtime.directory.forget(DEMO.tenant.id);
}

/** What somebody made in Twilio's own console: `twilio.send-message` of flow order-update names it. */
const MADE_AT_TWILIO = {
  sid: "HX00000000000000000000000000000005",
  language: "es",
  body: "Tu pedido {{1}} está {{2}} desde hoy.",
  variables: { "1": "P-77", "2": "en camino" },
} as const;

/** What somebody made in Meta's own manager: `meta.send` of flow whatsapp-new-arrivals names it. */
const MADE_AT_META = { name: "novedad", language: "es", parameters: 1 } as const;

interface AtVendor {
  readonly template: DemoTemplate;
  readonly provider: string;
  readonly ref: string;
  readonly names: Parameters<typeof endSubmission>[2]["names"];
}

function atTwilio(runtime: Runtime, twilio: TwilioEmulator, template: DemoTemplate): AtVendor {
  const { contentSid, locale, category, content, variables } = template;
  const isPicture = content.header?.type === "image";
  const sampleUrl = isPicture ? signedUrl(runtime, DEMO_PICTURE.id, runtime.clock.now()) : null;
  const { types, variables: samples, header } = twilioContent(content, variables, sampleUrl);
  twilio.registerContent({
    sid: contentSid,
    language: locale,
    body: content.body,
    friendlyName: template.metaName,
    types,
    variables: samples,
    category: category.toUpperCase(),
  });
  const place = header ? { headerBase: header.base, headerVariable: header.variable } : {};
  const names = { contentSid, ...place, ...(sampleUrl === null ? {} : { sampleUrl }) };
  return { template, provider: "twilio", ref: contentSid, names };
}

function atMeta(meta: MetaEmulator, template: DemoTemplate): AtVendor {
  const { metaName: name, locale: language, category, content, variables, metaId } = template;
  const format = formatOf(variables);
  const components = reviewedComponents({ content, variables, handle: "4::demo" });
  meta.registerTemplate({ id: metaId, name, language, category, components, parameterFormat: format });
  return { template, provider: "meta", ref: metaId, names: { name, language, format, id: metaId } };
}

async function approve(
  scope: TenantScope,
  { id, category }: DemoTemplate,
  { provider, ref, names }: Omit<AtVendor, "template">,
): Promise<void> {
  const news = { ref, names, status: "approved", category, quality: null, reason: null } as const;
  await endSubmission(scope, { templateId: id, provider, revision: 1 }, news, null);
}
