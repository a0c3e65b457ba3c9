import { defineNode, type NodeContext, type Static, Type, wait } from "../../../../engine/plugin-api.ts";
import { hangupKeys } from "../../line.ts";
import { es } from "../../spanish.ts";
import { type TwimlPart, verb } from "../../twiml.ts";
import { endsDocument, readTwiml } from "../../twiml-source.ts";
import { webAddress } from "../../web-address.ts";

const Params = Type.Object(
  {
    source: Type.Enum(["twiml", "redirect"], {
      default: "twiml",
      title: "From",
      description: "TwiML written here, or an address that gives it.",
      ...es("De", "TwiML escrito aquí, o una dirección que lo da."),
    }),
    twiml: Type.String({
      default: "",
      maxLength: 64_000,
      title: "TwiML",
      description:
        "A whole <Response>. {{ returnUrl }} brings the call back to the flow; at the end it comes back by itself.",
      "x-widget": "textarea",
      "x-template": false,
      "x-visible": { param: "source", in: ["twiml"] },
      ...es(
        "TwiML",
        "Un <Response> entero. {{ returnUrl }} devuelve la llamada al flujo; al final vuelve sola.",
      ),
    }),
    url: Type.String({
      default: "",
      maxLength: 4000,
      title: "Address",
      description:
        "Gets the call, and sends it back with a <Redirect> to {{ returnUrl }}, which you hand it in this address: …?back={{ returnUrl | url_encode }}",
      "x-template": false,
      "x-visible": { param: "source", in: ["redirect"] },
      ...es(
        "Dirección",
        "Recibe la llamada y la devuelve con un <Redirect> a {{ returnUrl }}, que usted le pasa en esta dirección: …?back={{ returnUrl | url_encode }}",
      ),
    }),
    method: Type.Enum(["POST", "GET"], {
      default: "POST",
      title: "Method",
      "x-group": "advanced",
      "x-visible": { param: "source", in: ["redirect"] },
      ...es("Método"),
    }),
    timeoutSeconds: Type.Integer({
      default: 14_400,
      minimum: 1,
      maximum: 86_400,
      title: "Wait for its return (s)",
      description: "After that the flow goes on without the call.",
      ...es("Esperar su regreso (s)", "Después el flujo sigue sin la llamada."),
    }),
  },
  { additionalProperties: false },
);
type TwimlParams = Static<typeof Params>;

export default defineNode({
  type: "twilio.twiml",
  version: 1,
  title: { en: "TwiML", es: "TwiML" },
  help: {
    en: "Runs TwiML of your own on the call, written here or given by an address of yours, and goes on when the call comes back. For what no other node does.",
    es: "Ejecuta en la llamada su propio TwiML, escrito aquí o dado por una dirección suya, y sigue cuando la llamada vuelve. Para lo que ningún otro nodo hace.",
  },
  family: "voice",
  icon: "code",
  params: Params,
  outputs: {
    returned: Type.Object({
      params: Type.Record(Type.String(), Type.String(), {
        description: "Everything the call came back with: fields of the request and of the address.",
      }),
    }),
    timeout: Type.Object({}),
    hung_up: Type.Object({}),
  },
  ports: ["returned", "timeout", "hung_up"],
  effect: "none",
  waits: true,
  needsLine: true,
  example: {
    title: { en: "Play the radio for a while", es: "Poner música un rato" },
    params: {
      source: "twiml",
      twiml: '<Response>\n  <Play loop="2">https://cdn.example.com/espera.mp3</Play>\n</Response>',
    },
  },
  run(ctx, params) {
    return wait({
      keys: [ctx.urls.stepKey, ...hangupKeys(ctx)],
      events: { returned: "returned", hangup: "hung_up" },
      until: new Date(ctx.now.getTime() + params.timeoutSeconds * 1000),
      timeoutPort: "timeout",
      reply: params.source === "twiml" ? own(ctx, params) : elsewhere(ctx, params),
    });
  },
});

/** Every document of the flow ends by coming back, unless its author ends it. */
function own(ctx: NodeContext, { twiml }: TwimlParams): TwimlPart[] {
  const returnUrl = ctx.urls.step("twilio/voice/return");
  const parts = readTwiml(ctx.render(twiml, { returnUrl: xmlText(returnUrl) }), ctx);
  return endsDocument(parts) ? parts : [...parts, verb("Redirect", { method: "POST" }, { text: returnUrl })];
}

function elsewhere(ctx: NodeContext, { url, method }: TwimlParams): TwimlPart[] {
  const text = ctx.render(url, { returnUrl: ctx.urls.step("twilio/voice/return") }).trim();
  return [verb("Redirect", { method }, { text: webAddress(ctx, text, "document") })];
}

function xmlText(url: string): string {
  return url.replaceAll("&", "&amp;");
}
