import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { SubmittedTemplate, VendorTemplate } from "../../../engine/plugin-api.ts";
import whatsapp from "../../../plugins/meta/channels/whatsapp.ts";
import { type MetaEmulator, startMetaEmulator } from "../../../plugins/meta/emulator/meta-emulator.ts";
import media from "../../../plugins/meta/media.ts";
import adapter from "../../../plugins/meta/templates/adapter.ts";
import { reviewedComponents } from "../../../plugins/meta/templates/components.ts";
import { storedFile } from "../channel-parts.ts";
import { reservation, vendorContext } from "../vendor-context.ts";
import { APP, channelContext, outbound } from "./support/outbound.ts";
import { undiciFetch } from "./support/undici-fetch.ts";

const ACCOUNT = { ...APP, businessAccountId: "100000000000000" };
let emulator: MetaEmulator;
const vendor = () => vendorContext({ ...ACCOUNT, baseUrl: emulator.url });
const submittedOf = ({ ref, names }: VendorTemplate): SubmittedTemplate => ({
  name: "reserva_1a2b3c4d",
  language: "es",
  ref,
  names,
});

beforeEach(async () => {
  emulator = await startMetaEmulator({ accounts: [ACCOUNT], paceMs: 0 });
  emulator.reviewTemplates("on-demand");
});
afterEach(() => emulator.close());

describe("as components of Meta", () => {
  test("named variables, examples, and a suffix only", () => {
    const { content, variables } = reservation();
    expect(reviewedComponents({ content, variables, handle: null })).toEqual([
      {
        type: "BODY",
        text: "Hola {{nombre}}, tu reserva {{codigo}} está confirmada para mañana por la noche.",
        example: {
          body_text_named_params: [
            { param_name: "nombre", example: "Lucía" },
            { param_name: "codigo", example: "R-1" },
          ],
        },
      },
      { type: "FOOTER", text: "La Espiga" },
      {
        type: "BUTTONS",
        buttons: [
          { type: "QUICK_REPLY", text: "Confirmar" },
          { type: "URL", text: "Ver", url: "https://h.test/{{1}}", example: ["https://h.test/R-1"] },
        ],
      },
    ]);
  });

  test("a name that Meta has no letters for makes all of them places", () => {
    const components = reviewedComponents({
      content: {
        header: { type: "text", text: "Hola {{ Nombre }}" },
        body: "Para {{ dia1 }} y {{ Nombre }} hay sitio.",
      },
      variables: [
        { name: "Nombre", example: "Ana" },
        { name: "dia1", example: "hoy" },
      ],
      handle: null,
    });
    expect(components).toEqual([
      { type: "HEADER", format: "TEXT", text: "Hola {{1}}", example: { header_text: ["Ana"] } },
      { type: "BODY", text: "Para {{1}} y {{2}} hay sitio.", example: { body_text: [["hoy", "Ana"]] } },
    ]);
  });

  test("one for codes has Meta's words, its expiry, and the button that copies", () => {
    const content = {
      body: "{{ codigo }} es tu código.",
      buttons: [{ type: "otp" as const, text: "Copiar" }],
      code: { expiresMinutes: 5, recommendation: true },
    };
    expect(reviewedComponents({ content, variables: [], handle: null })).toEqual([
      { type: "BODY", add_security_recommendation: true },
      { type: "FOOTER", code_expiration_minutes: 5 },
      { type: "BUTTONS", buttons: [{ type: "OTP", otp_type: "COPY_CODE", text: "Copiar" }] },
    ]);
  });
});

describe("submitted", () => {
  test("it is created pending, approved, and changed in its place", async () => {
    const made = await adapter.submit(reservation(), vendor());
    expect(made).toMatchObject({
      status: "pending",
      category: "utility",
      names: { format: "NAMED", language: "es" },
    });
    const content = { body: "Hola {{ nombre }}, tu mesa de mañana es la {{ codigo }} de siempre." };
    const changed = await adapter.submit(reservation({ content, known: submittedOf(made) }), vendor());
    expect(changed).toMatchObject({ ref: made.ref, status: "pending" });
    expect(emulator.ledger().find(({ ref }) => ref === made.ref)).toMatchObject({
      details: { components: [{ text: "Hola {{nombre}}, tu mesa de mañana es la {{codigo}} de siempre." }] },
    });
  });

  test("[L5] again after a lost answer it is found by its name and language", async () => {
    const made = await adapter.submit(reservation(), vendor());
    const known = { name: "reserva_1a2b3c4d", language: "es", ref: null, names: {} };
    expect(await adapter.status(known, vendor())).toMatchObject({ ref: made.ref, status: "pending" });
    expect(await adapter.submit(reservation({ known }), vendor())).toMatchObject({ ref: made.ref });
    expect(await adapter.status({ ...known, language: "en" }, vendor())).toBeNull();
  });

  test("a picture above its words is uploaded as a sample", async () => {
    const { content } = reservation();
    const bytes = Buffer.from("89504e470d0a1a0a00", "hex");
    const made = await adapter.submit(
      reservation({
        content: { ...content, header: { type: "image", sample: "med_1" } },
        sample: storedFile(bytes),
      }),
      vendor(),
    );
    expect(emulator.ledger().find(({ ref }) => ref === made.ref)).toMatchObject({
      details: {
        components: [
          { type: "HEADER", format: "IMAGE", example: { header_handle: [expect.stringMatching(/^4::/)] } },
          {},
          {},
          {},
        ],
      },
    });
  });

  test("what Meta does not take comes back in its words; without an account it is said what is missing", async () => {
    const long = {
      body: "Hola {{ nombre }}, {{ codigo }} y más.",
      buttons: [{ type: "quick_reply" as const, text: "x".repeat(26) }],
    };
    await expect(adapter.submit(reservation({ content: long }), vendor())).rejects.toMatchObject({
      code: "VENDOR_REFUSED",
      message: expect.stringContaining("25"),
    });
    await adapter.submit(reservation(), vendor());
    await expect(adapter.submit(reservation(), vendor())).rejects.toMatchObject({
      message: expect.stringContaining("already exists"),
    });
    const nowhere = vendorContext({ ...APP, baseUrl: emulator.url });
    await expect(adapter.submit(reservation(), nowhere)).rejects.toMatchObject({
      code: "CREDENTIAL_MISSING",
    });
  });

  test("taken away it is gone, and taking it away once more is no mistake", async () => {
    const made = await adapter.submit(reservation(), vendor());
    await adapter.remove(submittedOf(made), vendor());
    expect(await adapter.status(submittedOf(made), vendor())).toBeNull();
    await adapter.remove(submittedOf(made), vendor());
  });
});

describe("a message made of it", () => {
  const values = { nombre: "Ana", codigo: "R-9" };

  async function sent(given: { names?: object; values?: Record<string, string>; content?: object } = {}) {
    const { content } = reservation();
    const template = {
      key: "reserva",
      locale: "es",
      text: "",
      values: given.values ?? values,
      variables: Object.keys(given.values ?? values),
      vendors: { meta: { name: "reserva_1a2b3c4d", language: "es", format: "NAMED", ...given.names } },
      content: { ...content, ...given.content },
    };
    const context = channelContext(undiciFetch(), emulator.url);
    return whatsapp.send(outbound({ template }), context);
  }

  test.each([
    ["PENDING", "132001"],
    ["REJECTED", "132001"],
    ["PAUSED", "132015"],
    ["DISABLED", "132016"],
  ])("%s at Meta is refused with %s", async (status, vendorCode) => {
    await adapter.submit(reservation(), vendor());
    emulator.pointAt("http://127.0.0.1:9");
    if (status !== "PENDING")
      void emulator.decideTemplate("reserva_1a2b3c4d", "es", status).catch(() => undefined);
    expect(await sent()).toMatchObject({ state: "refused", vendorCode, reason: "bad_content" });
  });

  describe("that is approved", () => {
    beforeEach(async () => {
      const { content, variables } = reservation();
      const components = reviewedComponents({ content, variables, handle: null });
      emulator.registerTemplate({
        name: "reserva_1a2b3c4d",
        language: "es",
        components,
        parameterFormat: "NAMED",
      });
    });

    test("is accepted, and its words are on record", async () => {
      expect(await sent()).toMatchObject({ state: "accepted" });
      expect(emulator.ledger().find(({ kind }) => kind === "message")?.body).toBe(
        "Hola Ana, tu reserva R-9 está confirmada para mañana por la noche.",
      );
    });

    test.each([
      ["another language", { names: { language: "en" } }, "132001"],
      ["a variable too few", { content: { body: "Hola {{ nombre }}" } }, "132000"],
      [
        "another name",
        { content: { body: "Hola {{ nombre }} y {{ otro }}" }, values: { ...values, otro: "x" } },
        "132018",
      ],
      ["a header it has not", { content: { header: { type: "text", text: "{{ nombre }}" } } }, "132000"],
      ["a button it needs left out", { content: { buttons: [] } }, "131008"],
      [
        "a button of another type",
        {
          content: {
            buttons: [
              { type: "copy_code", code: "X" },
              { type: "url", text: "Ver", url: "https://h.test/{{ codigo }}" },
            ],
          },
        },
        "132018",
      ],
    ])("with %s is refused", async (_what, given, vendorCode) =>
      expect(await sent(given)).toMatchObject({ state: "refused", vendorCode }),
    );
  });
});

describe("files of inbound messages", () => {
  test("the id leads to an address, which wants the token", async () => {
    const bytes = Buffer.from("hola");
    const id = emulator.keepFile({ bytes, type: "text/plain" });
    expect(await media.download({ id }, vendor())).toEqual({ bytes, type: "text/plain", name: null });
    await expect(media.download({ id: "1" }, vendor())).rejects.toMatchObject({ code: "VENDOR_REFUSED" });
  });
});
