import { describe, expect, test } from "vitest";
import { chooseTemplate } from "../../../engine/runtime/template-view.ts";
import type { SubmissionRow, TemplateRow } from "../../../engine/store/templates.ts";

function row(id: string, given: Partial<TemplateRow> = {}): TemplateRow {
  return {
    id,
    key: "hola",
    locale: "es",
    category: "utility",
    module: null,
    body: "Hola {{ nombre }}, bienvenido a casa.",
    parts: {},
    declared: [{ name: "nombre", example: "Ana" }],
    variables: ["nombre"],
    vendors: {},
    group_id: null,
    store_id: null,
    revision: 1,
    created_at: new Date(0),
    updated_at: new Date(0),
    submissions: [],
    ...given,
  };
}

const ROWS = [
  row("tenant"),
  row("tenant_en", { locale: "en" }),
  row("tenant_co", { locale: "es-CO" }),
  row("group", { group_id: "grp_1" }),
  row("store", { store_id: "sto_1" }),
  row("store_en", { store_id: "sto_2", locale: "en" }),
  row("other", { key: "adiós", variables: ["hora"] }),
];

describe("[L1] the version of a template that fits best", () => {
  test.each([
    ["es", null, null, "tenant"],
    ["es-CO", null, null, "tenant_co"],
    ["es-MX", null, null, "tenant"],
    ["fr", null, null, "tenant"],
    ["es", null, "grp_1", "group"],
    ["en", null, "grp_1", "group"],
    ["es", "sto_1", "grp_1", "store"],
    ["es", "sto_2", "grp_1", "store_en"],
    ["es", "sto_3", null, "tenant"],
  ])("in %s for store %s of group %s", (locale, storeId, groupId, expected) => {
    const [shuffled, asked] = [ROWS.toReversed(), { locale, storeId, groupId }];
    const found = chooseTemplate(shuffled, "hola", asked)?.id;
    // Two of the same rank are one as good as the other: "fr" is neither.
    if (locale === "fr") expect(["tenant", "tenant_en", "tenant_co"]).toContain(found);
    else if (locale === "es-MX") expect(["tenant", "tenant_co"]).toContain(found);
    else expect(found).toBe(expected);
  });

  test("there is none of another key", () => {
    expect(chooseTemplate(ROWS, "nada", { locale: "es", storeId: null, groupId: null })).toBeNull();
  });
});

describe("as flows see it", () => {
  const view = (given: Partial<TemplateRow>) =>
    chooseTemplate([row("it", given)], "hola", { locale: "es", storeId: null, groupId: null });
  const submission = (given: Partial<SubmissionRow> = {}): SubmissionRow => ({
    provider: "meta",
    status: "approved",
    ref: "1",
    name: "hola_1",
    language: "es",
    names: { name: "hola_1", language: "es" },
    content: { content: { body: "Buenas {{ nombre }}, hasta luego." }, variables: [] },
    revision: 1,
    category: "marketing",
    quality: null,
    reason: null,
    submitted_at: "",
    reported_at: null,
    tries: 0,
    retire_at: null,
    ...given,
  });

  test("a row from before variables were declared has their names, of type text", () => {
    expect(view({ declared: [] })?.variables).toEqual([{ name: "nombre", type: "text" }]);
  });

  test("names entered by hand stay; a submission's stand before them, with its words where they are others", () => {
    const vendors = { twilio: { contentSid: "HX1" }, meta: { name: "by_hand" } };
    expect(view({ vendors, submissions: [submission()] })?.vendors).toEqual({
      twilio: { contentSid: "HX1" },
      meta: { name: "hola_1", language: "es", status: "approved", reason: null, category: "marketing" },
    });
    expect(view({ revision: 2, submissions: [submission()] })?.vendors).toMatchObject({
      meta: { submitted: { content: { body: "Buenas {{ nombre }}, hasta luego." } } },
    });
  });

  test.each([
    ["pending", "approved", 1],
    ["submitting", "approved", 1],
    ["rejected", "approved", 1],
    ["failed", "paused", 1],
    ["approved", "approved", 2],
    ["paused", "approved", 2],
    ["disabled", "approved", 2],
    ["deleted", "approved", 1],
    ["pending", "rejected", 2],
  ] as const)("[L4] the newest is %s and the one before %s: number %i stands", (newer, older, stands) => {
    const submissions = [
      submission({ revision: 2, status: newer, names: { name: "hola_2" } }),
      submission({ status: older }),
    ];
    expect(view({ revision: 2, submissions })?.vendors).toMatchObject({ meta: { name: `hola_${stands}` } });
  });
});
