import { describe, expect, test } from "vitest";
import type { RenderedTemplate } from "../../../engine/plugin-api.ts";
import { templateOnLine } from "../../../engine/runtime/template-line.ts";
import meta from "../../../plugins/meta/channels/whatsapp.ts";
import sms from "../../../plugins/twilio/channels/sms.ts";

const content = {
  body: "Hola {{ nombre }}, tu reserva es la {{ codigo }} de hoy.",
  buttons: [{ type: "url" as const, text: "Ver", url: "https://x.test/{{ codigo }}" }],
};

function rendered(
  vendor: object,
  values: Record<string, string> = { nombre: "Ana", codigo: "R1" },
): RenderedTemplate {
  return {
    key: "reserva",
    locale: "es",
    text: "Hola Ana, tu reserva es la R1 de hoy.",
    values,
    variables: ["nombre", "codigo"],
    vendors: { meta: { name: "reserva", ...vendor } },
    content,
  };
}

describe("[L3] how a template stands at the vendor of the line", () => {
  test.each(["rejected", "paused", "disabled", "pending", "submitting", "deleted", "failed"])(
    "%s: it is not sent, and the reason is told",
    (status) => {
      expect(templateOnLine(rendered({ status, reason: "LOW_QUALITY" }), meta)).toEqual({
        code: `template_${status}`,
        message: `Template "reserva" (es) is ${status} at meta: LOW_QUALITY; expected one it has approved.`,
      });
    },
  );

  test("approved, or with a name that was entered by hand: it is", () => {
    expect(templateOnLine(rendered({ status: "approved" }), meta)).toMatchObject({ text: rendered({}).text });
    expect(templateOnLine(rendered({}), meta)).toMatchObject({ text: rendered({}).text });
  });

  test("an SMS asks nobody, and says where the buttons lead", () => {
    expect(templateOnLine(rendered({ status: "paused" }), sms)).toMatchObject({
      text: "Hola Ana, tu reserva es la R1 de hoy.\nVer: https://x.test/R1",
    });
  });
});

describe("[L4] words that were changed since the vendor approved them", () => {
  const submitted = {
    content: { body: "Buenas, {{ nombre }}: nos vemos." },
    variables: [{ name: "nombre", example: "Ana" }],
  };

  test("the vendor's are filled in and recorded", () => {
    expect(templateOnLine(rendered({ status: "approved", submitted }), meta)).toMatchObject({
      text: "Buenas, Ana: nos vemos.",
      content: submitted.content,
      variables: ["nombre"],
    });
  });

  test("a variable they need and nobody gives any more keeps them from being sent", () => {
    expect(templateOnLine(rendered({ submitted }, { codigo: "R1" }), meta)).toMatchObject({
      code: "template_outdated",
      message: expect.stringContaining("needs nombre"),
    });
  });
});

test("a value has no line breaks, tabs or gaps on WhatsApp", () => {
  const values = { nombre: " Ana\r\n\tPérez ", codigo: "R      1" };
  expect(templateOnLine(rendered({}, values), meta)).toMatchObject({
    values: { nombre: "Ana Pérez", codigo: "R    1" },
    text: "Hola Ana Pérez, tu reserva es la R    1 de hoy.",
  });
});
