import { Type } from "typebox";
import { CALLED } from "../core/join-of.ts";
import type { TenantDirectory } from "../runtime/directory.ts";
import { mayBeTool } from "../runtime/node-tools.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { listCredentials } from "../store/credentials.ts";
import { flowsBeginningWith } from "../store/flows.ts";
import type { TemplateRow } from "../store/templates.ts";
import { Limit } from "./fields.ts";
import { pageOf, pageSchema } from "./page.ts";
import { json } from "./reply.ts";
import { type Route, route } from "./route.ts";

interface Choice {
  readonly value: string;
  readonly label: string;
  /** More about it, in a line. */
  readonly detail: string;
  readonly variables?: readonly string[];
}

/** What a parameter with `x-options` is chosen from. */
const SOURCES: Readonly<Record<string, (directory: TenantDirectory) => readonly Choice[]>> = {
  templates: ({ templates, tenant }) => templateChoices(templates, tenant.locale),
  numbers: ({ numbers }) =>
    numbers.map(({ id, e164, provider }) => ({ value: id, label: e164, detail: provider })),
  stores: ({ stores }) =>
    stores.map(({ id, name, city, address }) => ({
      value: id,
      label: name,
      detail: [address, city].filter((part) => part !== null).join(", "),
    })),
  "store-groups": ({ groups }) =>
    groups.map(({ id, name, timezone }) => ({ value: id, label: name, detail: timezone })),
};

const TOOL_NODES = "tool-nodes";
const CALLABLE_FLOWS = "callable-flows";

// One source for each type of credential: `credentials:http.auth`.
const CREDENTIALS = "credentials:";

const Source = Type.Union([
  Type.Enum([...Object.keys(SOURCES), TOOL_NODES, CALLABLE_FLOWS]),
  Type.String({ pattern: `^${CREDENTIALS}[a-z0-9.-]{1,64}$`, description: "Credentials of a type." }),
]);

const ChoiceSchema = Type.Object({
  value: Type.String(),
  label: Type.String(),
  detail: Type.String(),
  variables: Type.Optional(
    Type.Array(Type.String(), { description: "Of templates: a value for each is needed." }),
  ),
});

/** Choices for the editor's pickers: searched, paged, and by value for the labels of what was chosen before. */
export function optionRoutes(runtime: Runtime): readonly Route[] {
  return [
    route({
      id: "listOptions",
      method: "get",
      path: "/api/v1/options/:source",
      tag: "Catalogue",
      summary: "What a parameter can be chosen from",
      scope: "flows:read",
      params: Type.Object({ source: Source }),
      query: Type.Object(
        {
          search: Type.Optional(Type.String({ maxLength: 100 })),
          value: Type.Optional(
            Type.String({ maxLength: 200, description: "Only the choice with this value." }),
          ),
          cursor: Type.Optional(Type.String({ maxLength: 200 })),
          limit: Type.Optional(Limit),
        },
        { additionalProperties: false },
      ),
      responses: { 200: { description: "A page of choices.", schema: pageSchema(ChoiceSchema) } },
      errors: ["NOT_FOUND"],
      async handler({ caller, params, query }) {
        const { search = "", value, cursor = "", limit = 50 } = query;
        const all = await choicesOf(runtime, caller.tenantId, params.source);
        const fitting = all
          .filter((choice) => (value === undefined ? isFound(choice, search) : choice.value === value))
          .filter((choice) => placeOf(choice) > cursor)
          .toSorted((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1));
        const page = pageOf(fitting.slice(0, limit + 1), limit, placeOf, (choice) => choice);
        return json(200, page, { "cache-control": "private, max-age=10" });
      },
    }),
  ];
}

async function choicesOf(
  { db, directory, registry }: Runtime,
  tenantId: string,
  source: string,
): Promise<readonly Choice[]> {
  if (source === TOOL_NODES) return toolNodes(registry, (await directory.of(tenantId)).tenant.locale);
  if (source === CALLABLE_FLOWS) return callableFlows(db, tenantId);
  if (!source.startsWith(CREDENTIALS)) return SOURCES[source]?.(await directory.of(tenantId)) ?? [];
  const type = source.slice(CREDENTIALS.length);
  const rows = await db.asTenant(tenantId, (scope) => listCredentials(scope, type));
  return rows.map(({ id, name, account }) => ({ value: id, label: name, detail: account ?? "" }));
}

/** What an agent may be given as a tool. */
function toolNodes({ plugins }: Runtime["registry"], locale: string): readonly Choice[] {
  const language = locale.startsWith("en") ? "en" : "es";
  const nodes = plugins.flatMap(({ nodes: all = [] }) => all.filter(mayBeTool));
  const byType = new Map(nodes.map((node) => [node.type, node]));
  return [...byType.values()].map(({ type, title, help }) => ({
    value: type,
    label: title[language],
    detail: `${type} · ${help[language]}`,
  }));
}

async function callableFlows(db: Runtime["db"], tenantId: string): Promise<readonly Choice[]> {
  const rows = await db.asTenant(tenantId, (scope) => flowsBeginningWith(scope, CALLED));
  return rows.map(({ key, name }) => ({ value: key, label: name, detail: key }));
}

/** By label, and by value where labels are the same. */
function placeOf({ label, value }: Choice): string {
  return `${label.toLowerCase()} ${value}`;
}

function isFound({ label, value, detail }: Choice, search: string): boolean {
  const words = plain(search).split(/\s+/);
  const text = plain(`${label} ${value} ${detail}`);
  return words.every((word) => text.includes(word));
}

/** Without case and accents: whoever looks for "reserva" finds "Résérva". */
function plain(text: string): string {
  return text
    .normalize("NFD")
    .replaceAll(/\p{Mark}/gu, "")
    .toLowerCase()
    .trim();
}

/** One choice for each key; its words are those in the tenant's language. */
function templateChoices(templates: readonly TemplateRow[], locale: string): readonly Choice[] {
  const byKey = Map.groupBy(templates, ({ key }) => key);
  return [...byKey].map(([key, versions]) => {
    const language = locale.split("-", 1)[0] ?? locale;
    const own = versions.find((version) => version.locale.startsWith(language)) ?? versions[0];
    const locales = [...new Set(versions.map((version) => version.locale))].join(", ");
    return {
      value: key,
      label: key,
      detail: `${locales} · ${own?.body.slice(0, 120) ?? ""}`,
      variables: [...new Set(versions.flatMap(({ variables }) => variables))],
    };
  });
}
