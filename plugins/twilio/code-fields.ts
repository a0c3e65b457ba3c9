import { type CodeSent, type JsonObject, Type, VERIFY_CHANNELS } from "../../engine/plugin-api.ts";
import { meaningOf } from "./error-codes.ts";
import { es } from "./spanish.ts";

/** Parameters that every node about codes has. */
export const RECIPIENT = Type.String({
  default: "{{ contact.phone }}",
  title: "To",
  description: "The number with its country code, or the address where the code goes by e-mail.",
  "x-widget": "phone",
  ...es("Para", "El número con su prefijo de país, o la dirección si el código va por correo."),
});

export const CHANNEL = Type.Enum([...VERIFY_CHANNELS], {
  default: "sms",
  title: "Send by",
  ...es("Enviar por"),
});

export const SERVICE = Type.Optional(
  Type.String({
    pattern: "^(VA[0-9a-fA-F]{32})?$",
    title: "Verify service",
    description: "VA…; it says how long codes are. Empty: that of the account.",
    "x-group": "advanced",
    ...es("Servicio Verify", "VA…; decide cuántas cifras tienen los códigos. Vacío: el de la cuenta."),
  }),
);

/** What the message and the guards are told, for nodes that send. */
export const MESSAGE_FIELDS = {
  locale: Type.Optional(
    Type.String({
      pattern: "^([a-z]{2}(-[A-Z]{2})?)?$",
      title: "Language of the message",
      description: "Such as es. Empty: the flow's.",
      "x-group": "advanced",
      ...es("Idioma del mensaje", "Por ejemplo es. Vacío: el del flujo."),
    }),
  ),
  friendlyName: Type.Optional(
    Type.String({
      maxLength: 30,
      title: "Who it is from",
      description: "The name in the message. Empty: that of the service.",
      ...es("De quién es", "El nombre en el mensaje. Vacío: el del servicio."),
    }),
  ),
  service: SERVICE,
  template: Type.Optional(
    Type.String({
      pattern: "^(HJ[0-9a-fA-F]{32})?$",
      title: "Template",
      description: "HJ… of a Verify template; empty: the service's.",
      "x-group": "advanced",
      ...es("Plantilla", "HJ… de una plantilla de Verify; vacío: la del servicio."),
    }),
  ),
  deviceIp: Type.Optional(
    Type.String({
      maxLength: 45,
      title: "Address of the person",
      description:
        "IP of whoever asks for the code, such as {{ trigger.input.ip }}; limited, and told to Twilio.",
      "x-group": "advanced",
      ...es(
        "Dirección de la persona",
        "IP de quien pide el código, como {{ trigger.input.ip }}; se limita y se comunica a Twilio.",
      ),
    }),
  ),
  rateLimits: Type.Optional(
    Type.Record(Type.String(), Type.String(), {
      title: "Rate limits",
      description: "Values for the rate limits of the Verify service, by their unique name.",
      "x-group": "advanced",
      ...es("Límites", "Valores para los límites del servicio Verify, por su nombre único."),
    }),
  ),
  riskCheck: Type.Optional(
    Type.Enum(["enable", "disable"], {
      default: "enable",
      title: "Twilio's fraud guard",
      "x-group": "advanced",
      ...es("Protección contra fraude de Twilio"),
    }),
  ),
};

export interface MessageParams {
  readonly friendlyName?: string;
  readonly service?: string;
  readonly template?: string;
  readonly rateLimits?: Readonly<Record<string, string>>;
  readonly riskCheck?: "enable" | "disable";
}

/** Those parameters as the verifier takes them. */
export function vendorOptions(params: MessageParams, more: JsonObject = {}): JsonObject {
  const { friendlyName = "", service = "", template = "", rateLimits = {}, riskCheck = "enable" } = params;
  return {
    friendlyName,
    serviceSid: service,
    templateSid: template,
    rateLimits: { ...rateLimits },
    riskCheck,
    ...more,
  };
}

/** The recipient as it is dialled: without spaces and signs people write between digits. */
export function recipientOf(text: string): string {
  const trimmed = text.trim();
  return trimmed.includes("@") ? trimmed : trimmed.replaceAll(/[\s().-]/g, "");
}

/** The code in what somebody typed or wrote: "mi código es 123 456" is 123456; null where there is none. */
export function codeIn(text: string): string | null {
  const joined = text.replaceAll(/(?<=\d)[\s-]+(?=\d)/g, "");
  return /(?<!\d)\d{4,10}(?!\d)/.exec(joined)?.[0] ?? null;
}

type Unsent = Extract<CodeSent, { state: "blocked" | "failed" }>;

/** Why no code was sent, in the language of the flow where this house has words for it. */
export function unsentMessage({ vendorCode, message }: Unsent, locale: string): string {
  const meaning = meaningOf(vendorCode);
  return meaning === null ? message : locale.toLowerCase().startsWith("es") ? meaning.es : meaning.en;
}
