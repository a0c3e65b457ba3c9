import { type Heard, type Json, type JsonObject, Type } from "../../engine/plugin-api.ts";
import type { TextChannel } from "./delivery-schema.ts";

/** What a person answered, whichever vendor brought it. */
export interface Answer {
  readonly body: string;
  readonly buttonPayload: string | null;
  readonly media: readonly JsonObject[];
  readonly location: JsonObject | null;
  readonly from: string;
  readonly to: string;
  readonly channel: TextChannel;
  readonly messageRef: string;
  readonly optOut: string | null;
}

/** The answer that woke the step, or null where something else did. */
export function answerHeard(heard: Heard | null): Answer | null {
  if (heard?.name !== "answer") return null;
  const { output } = heard;
  return {
    body: textOf(output.body) ?? "",
    buttonPayload: textOf(output.buttonPayload),
    media: Array.isArray(output.media) ? output.media.filter(isObject) : [],
    location: isObject(output.location) ? output.location : null,
    from: textOf(output.from) ?? textOf(output.userId) ?? "",
    to: textOf(output.to) ?? "",
    channel: output.channel === "sms" ? "sms" : "whatsapp",
    messageRef: textOf(output.sid) ?? "",
    optOut: textOf(output.optOut),
  };
}

/** What later steps know of an answer. */
export function answerOutput(answer: Answer, tries: number) {
  const { body, buttonPayload, media, location, from, to, channel, messageRef } = answer;
  return { body, buttonPayload, media: [...media], location, from, to, channel, messageRef, tries };
}

const nullableText = (title: string, es: string) =>
  Type.Union([Type.String(), Type.Null()], { title, "x-es": { title: es } });
const object = Type.Unsafe<JsonObject>({ type: "object" });

const answerFields = {
  body: Type.String({
    title: "Words",
    description: "What was answered; of a button, its title.",
    "x-es": { title: "Palabras", description: "Lo respondido; de un botón, su título." },
  }),
  buttonPayload: nullableText("Id of the button", "Id del botón"),
  media: Type.Array(object, { title: "Files", "x-es": { title: "Archivos" } }),
  location: Type.Union([object, Type.Null()], { title: "Location", "x-es": { title: "Ubicación" } }),
  from: Type.String({ title: "From", "x-es": { title: "De" } }),
  to: Type.String({ title: "To our number", "x-es": { title: "A nuestro número" } }),
  channel: Type.Enum(["whatsapp", "sms"], { title: "Channel", "x-es": { title: "Canal" } }),
  messageRef: Type.String({ title: "Vendor's id", "x-es": { title: "Id del proveedor" } }),
  tries: Type.Integer({
    title: "Times asked",
    "x-es": { title: "Veces que se preguntó" },
  }),
} as const;

export const ReplyOutput = Type.Object(answerFields);

export const ChosenOutput = Type.Object({
  ...answerFields,
  choice: Type.String({ title: "Choice", "x-es": { title: "Opción" } }),
  title: Type.String({ title: "Its title", "x-es": { title: "Su título" } }),
  index: Type.Integer({
    minimum: 0,
    title: "Position",
    description: "Among the choices, from 0.",
    "x-es": { title: "Posición", description: "Entre las opciones, desde 0." },
  }),
});

function textOf(value: Json | undefined): string | null {
  return typeof value === "string" ? value : null;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
