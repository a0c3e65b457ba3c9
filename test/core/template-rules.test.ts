import { describe, expect, test } from "vitest";
import type { TemplateContent } from "../../engine/core/template-content.ts";
import { namesOf, plainText } from "../../engine/core/template-content.ts";
import { type TemplateDocument, templateProblems } from "../../engine/core/template-rules.ts";
import { DEMO_TEMPLATES } from "../../engine/demo/demo-templates.ts";

const BODY = "Hola {{ nombre }}, tu reserva está confirmada para mañana.";

/** A template of these parts, every variable declared. */
function documentOf(content: Partial<TemplateContent>, category: TemplateDocument["category"] = "utility") {
  const whole = { body: BODY, ...content };
  return { category, content: whole, variables: namesOf(whole).map((name) => ({ name, example: "Ana" })) };
}

const found = (content: Partial<TemplateContent>, category?: TemplateDocument["category"]) =>
  templateProblems(documentOf(content, category)).map(({ path, code }) => `${path} ${code}`);

const url = (address: string) => ({ buttons: [{ type: "url" as const, text: "Ver", url: address }] });
const many = (count: number, make: (index: number) => NonNullable<TemplateContent["buttons"]>[number]) => ({
  buttons: Array.from({ length: count }, (_, index) => make(index)),
});

describe("what WhatsApp would reject", () => {
  test.each<[string, Partial<TemplateContent>, string[]]>([
    ["nothing", {}, []],
    ["a variable at the start", { body: "{{ nombre }}, tu mesa está lista ya" }, ["/body variable_first"]],
    ["a variable at the end", { body: "Tu mesa está lista, querida {{ nombre }}." }, ["/body variable_last"]],
    [
      "two side by side",
      { body: "Hola {{ a }} {{ b }}, tu mesa está lista ahora mismo" },
      ["/body variables_adjacent"],
    ],
    ["few words", { body: "Su {{ a }} es {{ b }} ok" }, ["/body too_many_variables"]],
    ["a long body", { body: "palabra ".repeat(140) }, ["/body too_long"]],
    ["blank lines", { body: "Uno dos tres\n\n\ncuatro" }, ["/body blank_lines"]],
    ["a placeholder that is none", { body: "Hola {{ nombre | upcase }}, buenas" }, ["/body placeholder_odd"]],
    ["a variable in the footer", { footer: "De {{ tienda }}" }, ["/footer footer_variable"]],
    ["a long footer", { footer: "x".repeat(61) }, ["/footer too_long"]],
    [
      "two variables in a header",
      { header: { type: "text", text: "{{ a }} y {{ b }}" } },
      ["/header/text header_variables"],
    ],
    ["a long header", { header: { type: "text", text: "x".repeat(61) } }, ["/header/text too_long"]],
    ["a variable inside an address", url("https://x.test/{{ codigo }}/ver"), ["/buttons/0/url url_variable"]],
    ["two in an address", url("https://x.test/{{ a }}{{ b }}"), ["/buttons/0/url url_variable"]],
    ["an address that is all variable", url("{{ direccion }}"), ["/buttons/0/url url_invalid"]],
    [
      "a variable in a button",
      { buttons: [{ type: "quick_reply", text: "Sí {{ a }}" }] },
      ["/variables/1 variable_unused", "/buttons/0/text button_variable"].slice(1),
    ],
    [
      "three addresses",
      many(3, (n) => ({ type: "url", text: `Ver ${n}`, url: "https://x.test/" })),
      ["/buttons buttons_too_many"],
    ],
    [
      "two phones",
      many(2, () => ({ type: "phone", text: "Llamar", phone: "+573001234567" })),
      ["/buttons buttons_too_many"],
    ],
    [
      "a phone that is none",
      { buttons: [{ type: "phone", text: "Llamar", phone: "300 123" }] },
      ["/buttons/0/phone phone_invalid"],
    ],
    ["a long code", { buttons: [{ type: "copy_code", code: "X".repeat(16) }] }, ["/buttons/0/code too_long"]],
    [
      "quick replies torn apart",
      {
        buttons: [
          { type: "quick_reply", text: "Sí" },
          { type: "phone", text: "Llamar", phone: "+573001234567" },
          { type: "quick_reply", text: "No" },
        ],
      },
      ["/buttons buttons_mixed"],
    ],
    ["a code's button elsewhere", { buttons: [{ type: "otp" }] }, ["/buttons/0 otp_elsewhere"]],
  ])("%s", (_what, content, expected) => expect(found(content)).toEqual(expected));

  test.each<[string, Partial<TemplateContent>, string[]]>([
    ["nothing", { buttons: [{ type: "otp" }] }, []],
    ["no button", {}, ["/buttons code_button"]],
    ["a footer", { buttons: [{ type: "otp" }], footer: "x" }, ["/footer code_extra"]],
    ["two variables", { body: "{{ a }} {{ b }}", buttons: [{ type: "otp" }] }, ["/body code_variable"]],
    [
      "long life",
      { buttons: [{ type: "otp" }], code: { expiresMinutes: 91 } },
      ["/code/expiresMinutes code_minutes"],
    ],
    ["emoji", { body: "{{ a }} 🎉", buttons: [{ type: "otp" }] }, ["/body code_plain"]],
  ])("in one for codes: %s", (_what, content, expected) =>
    expect(found({ body: "{{ codigo }} es tu código.", ...content }, "authentication")).toEqual(expected),
  );

  test("variables are declared, once, used, and with an example that could be sent", () => {
    const problems = templateProblems({
      category: "utility",
      content: { body: BODY },
      variables: [
        { name: "fecha", example: "hoy" },
        { name: "fecha", example: "a\nb" },
      ],
    });
    expect(problems.map(({ path, code }) => `${path} ${code}`)).toEqual([
      "/variables variable_undeclared",
      "/variables/0 variable_unused",
      "/variables/1 variable_twice",
      "/variables/1 variable_unused",
      "/variables/1/example value_spaces",
    ]);
  });

  test("every problem is said in both languages", () => {
    const all = [found({ footer: "x".repeat(70) }), found({ body: "{{ a }}" })].flat();
    expect(all.length).toBeGreaterThan(2);
    for (const { en, es } of templateProblems(documentOf({ body: "{{ a }}", footer: "{{ b }}" }))) {
      expect(en).not.toBe("");
      expect(es).not.toBe(en);
    }
  });

  test.each(DEMO_TEMPLATES.map(({ id, ...template }) => [id, template] as const))(
    "%s of the demo passes",
    (_id, template) => expect(templateProblems(template)).toEqual([]),
  );
});

test("a channel without buttons says where they lead", () => {
  const content: TemplateContent = {
    body: "Hola {{ nombre }}.",
    buttons: [
      { type: "quick_reply", text: "Sí" },
      { type: "url", text: "Ver la reserva", url: "https://x.test/{{ codigo }}" },
    ],
  };
  expect(plainText(content, { nombre: "Ana", codigo: "R1" })).toBe(
    "Hola Ana.\nVer la reserva: https://x.test/R1",
  );
});
