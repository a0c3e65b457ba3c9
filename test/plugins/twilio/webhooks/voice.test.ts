import { describe, expect, test } from "vitest";
import { verb } from "../../../../plugins/twilio/twiml.ts";
import voice from "../../../../plugins/twilio/webhooks/voice.ts";
import { ACCOUNT, twilioRequest } from "./requests.ts";

const HEAD = '<?xml version="1.0" encoding="UTF-8"?>';
const fields = {
  CallSid: "CA1",
  From: "+573001112233",
  To: "+576011112222",
  Direction: "inbound",
  CallStatus: "ringing",
};

describe("parse", () => {
  test("a call starts the flow of the number", () => {
    const geo = { CallerCity: "BOGOTA", CallerState: "", CallerZip: "110111", FromCountry: "CO" };
    expect(
      voice.parse(
        twilioRequest("twilio/voice", {
          ...fields,
          ...geo,
          CallerName: "ANA",
          ForwardedFrom: "+576015550000",
        }),
      ),
    ).toEqual([
      {
        kind: "start",
        trigger: "twilio.incoming-call",
        to: "+576011112222",
        channel: "voice",
        providerId: ACCOUNT,
        dedupeKey: "call:CA1",
        input: {
          call: {
            sid: "CA1",
            from: "+573001112233",
            to: "+576011112222",
            direction: "inbound",
            callerCity: "BOGOTA",
            callerState: null,
            callerZip: "110111",
            callerCountry: "CO",
            forwardedFrom: "+576015550000",
            callerName: "ANA",
          },
        },
        contact: { phone: "+573001112233", name: "ANA" },
        call: { sid: "CA1", from: "+573001112233" },
      },
    ]);
  });

  test.each(["anonymous", "+266696687", ""])("a caller who hides (%j) has no phone", (From) => {
    const [delivery] = voice.parse(twilioRequest("twilio/voice", { ...fields, From }));
    expect(delivery).toMatchObject({ contact: { phone: null }, call: { from: From || "anonymous" } });
  });

  test.each(["CallSid", "To"])("without %s it is not Twilio's", (name) => {
    const request = twilioRequest("twilio/voice", { ...fields, [name]: "" });
    expect(() => voice.parse(request)).toThrow(expect.objectContaining({ code: "BODY_MALFORMED" }));
  });
});

describe("answers", () => {
  const say = verb("Say", {}, { text: "Hola" });

  test("an open or ended run says what it gathered", () => {
    for (const state of ["open", "ended"] as const) {
      expect(voice.answer?.({ parts: [say], state, locale: "es" })).toEqual({
        status: 200,
        headers: { "content-type": "text/xml; charset=utf-8" },
        body: `${HEAD}<Response><Say>Hola</Say></Response>`,
      });
    }
  });

  test.each([
    [
      "es-CO",
      "Lo sentimos, ha ocurrido un problema. Por favor, llame más tarde.",
      "Polly.Mia-Neural",
      "es-MX",
    ],
    ["en", "We are sorry, something went wrong. Please call again later.", "Polly.Joanna-Neural", "en-US"],
    ["fr", "We are sorry, something went wrong. Please call again later.", "Polly.Joanna-Neural", "en-US"],
  ])("a failed run keeps what it said and excuses itself (%s)", (locale, words, name, language) => {
    expect(voice.answer?.({ parts: [say], state: "failed", locale }).body).toBe(
      `${HEAD}<Response><Say>Hola</Say><Say voice="${name}" language="${language}">${words}</Say><Hangup/></Response>`,
    );
  });

  test("a busy flow holds the line", () => {
    expect(voice.hold?.("https://flow.test/h?a=1&b=2").body).toBe(
      `${HEAD}<Response><Pause length="1"/><Redirect method="POST">https://flow.test/h?a=1&amp;b=2</Redirect></Response>`,
    );
  });

  test("a number without a flow says so", () => {
    expect(voice.unmatched?.("es").body).toContain(
      "no puede atender llamadas en este momento.</Say><Hangup/>",
    );
    expect(voice.unmatched?.("en").body).toContain("cannot take calls at the moment.</Say><Hangup/>");
  });

  test("otherwise an empty Response", () => {
    expect(voice.ack.body).toBe(`${HEAD}<Response/>`);
  });
});
