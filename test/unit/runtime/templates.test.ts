import { describe, expect, test } from "vitest";
import { AppError } from "../../../engine/errors.ts";
import { createTemplates, type TemplateScope } from "../../../engine/runtime/templates.ts";

const templates = createTemplates();
const SCOPE: TemplateScope = {
  trigger: { digits: "3", amount: 12.5, gone: null },
  steps: { find: { list: ["a", "b"], found: false, store: { name: "Sol" } } },
  vars: { name: "Ana", which: "find", zero: 0, empty: "" },
  contact: { phone: "+34600111222" },
  tenant: { name: "Bazar", timezone: "Europe/Madrid" },
  store: null,
  run: { id: "run_1" },
  now: "2026-01-02T23:30:00.000Z",
};

describe("filling in", () => {
  test("what its schema says is no template stays as it is, in lists and maps too", () => {
    const verbatim = { type: "string", "x-template": false };
    const step = { properties: { source: verbatim, whole: { type: "object", "x-template": false } } };
    const schema = { properties: { steps: { items: step }, byName: { additionalProperties: verbatim } } };
    const value = (text: string) => ({
      steps: [{ source: "{{ vars.name }}", whole: { a: ["{% x", null] }, text }],
      byName: { a: "{{ vars.name }}" },
    });
    expect(templates.render(value("{{ vars.name }}"), SCOPE, schema)).toEqual(value("Ana"));
    expect(templates.hasMarkup(value("Ana"), schema)).toBe(false);
    expect(templates.hasMarkup(value("{{ vars.name }}"), schema)).toBe(true);
  });

  test("texts around expressions give a text", () => {
    expect(render("Hola {{ vars.name }}, {{ trigger.amount }} €")).toBe("Hola Ana, 12.5 €");
    expect(render("{% if trigger.digits == '3' %}tres{% else %}otro{% endif %}")).toBe("tres");
    expect(render("[{{ vars.nobody }}]")).toBe("[]");
  });

  test.each([
    ["{{ trigger.amount }}", 12.5],
    ["  {{- trigger.amount -}}  ", 12.5],
    ["{{ steps.find.found }}", false],
    ["{{ steps.find.list }}", ["a", "b"]],
    ["{{ steps.find.store }}", { name: "Sol" }],
    ["{{ steps.find.list[1] }}", "b"],
    ["{{ steps[vars.which].store.name }}", "Sol"],
    ["{{ vars.zero }}", 0],
    ["{{ vars.empty }}", ""],
    ["{{ trigger.digits | plus: 2 }}", 5],
  ])("one expression and nothing else keeps its type: %s", (source, value) => {
    expect(render(source)).toEqual(value);
  });

  test("two expressions side by side are a text", () => {
    expect(render("{{ vars.zero }}{{ trigger.amount }}")).toBe("012.5");
  });

  test("works at any depth, and leaves everything else alone", () => {
    const plain = { on: true, size: 3, text: "no markup { here }", none: null };
    expect(
      render({ ...plain, list: [{ to: "{{ contact.phone }}" }, 1], deep: { a: "{{ vars.name }}" } }),
    ).toEqual({
      on: true,
      size: 3,
      text: "no markup { here }",
      list: [{ to: "+34600111222" }, 1],
      deep: { a: "Ana" },
    });
  });

  test("what is not there makes a parameter absent, so its default can apply; a place in a list stays", () => {
    expect(
      render({ a: "{{ vars.nobody }}", b: "{{ trigger.gone }}", c: "{{ vars.no.way }}", d: "x" }),
    ).toEqual({ d: "x" });
    expect(render({ list: ["{{ vars.nobody }}", "y"] })).toEqual({ list: [null, "y"] });
  });

  test("hasMarkup looks into everything", () => {
    expect(templates.hasMarkup({ a: [{ b: "x {% if y %}" }] })).toBe(true);
    expect(templates.hasMarkup("{{ a }}")).toBe(true);
    expect(templates.hasMarkup({ a: [{ b: "{ x }" }], n: 1, z: null })).toBe(false);
  });
});

describe("[A8] a template computed again gives the same answer", () => {
  test("now is the moment of the segment", () => {
    expect(render("{{ now }}")).toBe(SCOPE.now);
    expect(render({ a: "{{ 'now' | date: '%s' }}", b: "at {{ 'today' | date: '%s' }}" })).toEqual({
      a: "1767396600",
      b: "at 1767396600",
    });
  });

  test("times are told in the tenant's zone, or in the one that is named", () => {
    expect(render("{{ now | date: '%Y-%m-%d %H:%M' }}")).toBe("2026-01-03 00:30");
    expect(render("{{ now | date: '%Y-%m-%d %H:%M', 'America/Bogota' }}")).toBe("2026-01-02 18:30");
    expect(render("{{ 1767396600 | date: '%H:%M' }}")).toBe("00:30");
    expect(render("{{ now | date: '%H:%M' }}", { ...SCOPE, tenant: null })).toBe("23:30");
  });

  test.each([
    ["2026-03-01", "2026-03-01 00:00"],
    ["2026-03-01T09:15", "2026-03-01 09:15"],
    ["2026-03-01 09:15:30", "2026-03-01 09:15"],
    ["March 1, 2026", "2026-03-01 00:00"],
    ["2026-03-01T09:15:00-05:00", "2026-03-01 15:15"],
    ["soon", "soon"],
  ])("a date without a zone means what it says: %s", (day, said) => {
    const scope = { ...SCOPE, vars: { day } };
    expect(render("{{ vars.day | date: '%Y-%m-%d %H:%M' }}", scope)).toBe(said);
  });

  test("the zone and language of the process make no difference", () => {
    const before = process.env.TZ;
    const source = "{{ now | date: '%A %d %B %H:%M' }} / {{ '2026-03-01T09:15' | date: '%A %H:%M' }}";
    try {
      const said = ["Asia/Tokyo", "America/Los_Angeles", "UTC"].map((zone) => {
        process.env.TZ = zone;
        return createTemplates().render(source, SCOPE);
      });
      expect(new Set(said)).toEqual(new Set(["Saturday 03 January 00:30 / Sunday 09:15"]));
    } finally {
      if (before === undefined) delete process.env.TZ;
      else process.env.TZ = before;
    }
  });

  test.each([
    "sample",
    "shuffle",
    "date_to_string",
    "date_to_long_string",
    "date_to_xmlschema",
    "date_to_rfc822",
  ])("there is no filter %s, which asks chance or the clock", (filter) => {
    expect(refusal(`{{ steps.find.list | ${filter} }}`).message).toContain(`undefined filter: ${filter}`);
  });
});

describe("[S9] named values and nothing else", () => {
  test.each([
    "{% include 'package.json' %}",
    "{% render 'package.json' %}",
    "{% layout 'package.json' %}",
    "{% liquid include 'package.json' %}",
  ])("no files: %s", (source) => {
    expect(refusal({ text: source }).code).toBe("TEMPLATE_INVALID");
    expect(templates.analyze(source)).toMatchObject({ ok: false });
  });

  test.each([
    "{{ steps.constructor }}",
    "{{ steps.__proto__ }}",
    "{{ vars.name.constructor }}",
    "{{ steps.find.list.map }}",
    "{{ process }}",
    "{{ globalThis }}",
  ])("no prototypes, nothing global: %s", (source) => {
    expect(render({ a: source })).toEqual({});
    expect(render(`[${source}]`)).toBe("[]");
  });

  test.each([
    ["a range that fills memory", "{{ (1..100000000) | size }}"],
    [
      "a text that grows",
      "{% assign a = 'x' %}{% for i in (1..60) %}{% assign a = a | append: a %}{% endfor %}",
    ],
    ["a template that is too long", `x {{ vars.name }}${"y".repeat(65_536)}`],
    ["an expression that is too long", `{{ '${"y".repeat(65_536)}' }}`],
  ])("limits: %s", (_, source) => {
    expect(refusal(source).code).toBe("TEMPLATE_INVALID");
  });

  test("limits: loops that take too long", () => {
    const loop = "{% for i in (1..9000) %}";
    expect(refusal(`${loop}${loop}{% endfor %}{% endfor %}`).message).toContain("limit exceeded");
  });
});

describe("what cannot be filled in", () => {
  test("names its place, in a form the editor can point at", () => {
    expect(refusal({ cases: [{ text: "ok" }, { text: "{{ vars.name" }] })).toMatchObject({
      code: "TEMPLATE_INVALID",
      message: expect.stringMatching(
        /^The template in params\/cases\/1\/text cannot be filled in: .*not closed/,
      ),
      details: { path: "params/cases/1/text" },
    });
  });

  test.each([
    "{% if %}",
    "{% nonsense %}",
    "{{ }}",
    "{{ vars.name | upcased }}",
    "x {{ vars.name | upcased }}",
  ])("%s", (source) => {
    expect(refusal(source).code).toBe("TEMPLATE_INVALID");
  });
});

describe("analyze", () => {
  test.each<[string, string[][]]>([
    ["no markup", []],
    [
      "{{ steps.find.store.name }} and {{ vars.name | upcase }}",
      [
        ["steps", "find", "store", "name"],
        ["vars", "name"],
      ],
    ],
    ["{{ steps.find.list[0] }}", [["steps", "find", "list", "0"]]],
    ["{{ steps['find'].list }}", [["steps", "find", "list"]]],
    [
      "{% if trigger.digits == '1' %}{{ contact.phone }}{% endif %}",
      [
        ["trigger", "digits"],
        ["contact", "phone"],
      ],
    ],
    [
      "{{ vars.name | append: store.name }}",
      [
        ["vars", "name"],
        ["store", "name"],
      ],
    ],
  ])("%s", (source, paths) => {
    expect(templates.analyze(source)).toEqual({ ok: true, paths });
  });

  test("a path is known as far as the first segment that is computed, which is read too", () => {
    expect(templates.analyze("{{ steps[vars.which].store.name }}")).toEqual({
      ok: true,
      paths: [["steps"], ["vars", "which"]],
    });
  });

  test("names a template makes for itself are not asked of the flow", () => {
    const source = "{% assign a = vars.name %}{% for item in steps.find.list %}{{ item }}{{ a }}{% endfor %}";
    expect(templates.analyze(source)).toEqual({
      ok: true,
      paths: [
        ["vars", "name"],
        ["steps", "find", "list"],
      ],
    });
  });

  test.each(["{{ vars.name", "{% if x %}", "{{ x | upcased }}"])("%s is said to be wrong", (source) => {
    expect(templates.analyze(source)).toEqual({ ok: false, message: expect.stringMatching(/\w+/) });
  });
});

function render(value: unknown, scope: TemplateScope = SCOPE): unknown {
  return templates.render(value, scope);
}

function refusal(value: unknown): AppError {
  try {
    render(value);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error("it was filled in");
}
