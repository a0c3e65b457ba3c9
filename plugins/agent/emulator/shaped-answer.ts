import type { Json, JsonObject } from "../../../engine/plugin-api.ts";
import type { EmulatedAnswer } from "./answer.ts";
import { type ChatRequest, isObject } from "./chat-request.ts";
import { plain, slotsOf } from "./spanish-slots.ts";

/** An answer in JSON of the schema that was given: fields are found by their names and kinds, classes by shared words. */
export function shapedAnswer(
  request: ChatRequest,
  { schema }: { readonly schema: JsonObject },
): EmulatedAnswer {
  const text = request.messages.findLast(({ role }) => role === "user")?.content ?? "";
  const today = /(?:Hoy es|Today is) (\d{4}-\d\d-\d\d)/.exec(request.messages[0]?.content ?? "")?.[1];
  return { text: JSON.stringify(objectOf(schema, text, today ?? "2026-01-01")) };
}

function objectOf({ properties }: Field, text: string, today: string): JsonObject {
  const fields = Object.entries(isObject(properties) ? properties : {});
  return Object.fromEntries(
    fields.map(([name, field]) => [name, isObject(field) ? fieldValue(name, field, text, today) : null]),
  );
}

type Field = Readonly<Record<string, unknown>>;

function fieldValue(name: string, field: Field, text: string, today: string): Json {
  const choices = Array.isArray(field.enum) ? field.enum.filter((one) => typeof one === "string") : [];
  if (choices.length > 0) return choiceOf(name, choices, String(field.description ?? ""), text);
  const types = [field.type].flat().map(String);
  if (types.includes("object")) return objectOf(field, text, today);
  if (types.includes("array")) return sentencesOf(text).slice(0, 3);
  if (types.includes("number") || types.includes("integer")) return numberOf(name, text, today);
  if (types.includes("boolean")) return !/\b(no|nunca|tampoco)\b/.test(plain(text));
  return wordsOf(name, text, today);
}

const GOOD = /\b(gracias|excelente|perfecto|encant\w*|feliz|genial|great|thanks)\b/;
const BAD =
  /\b(mal|malo|pesimo|queja|molest\w*|enfad\w*|tarde|roto|reclam\w*|nunca llego|angry|broken|terrible)\b/;

/** A class is described as "name: words"; the one whose words the text shares most is chosen, the last one where none is. */
function choiceOf(name: string, choices: readonly string[], described: string, text: string): string {
  const spoken = plain(text);
  if (name === "sentiment") return BAD.test(spoken) ? "negative" : GOOD.test(spoken) ? "positive" : "neutral";
  const stems = stemsOf(spoken);
  const scores = choices.map((choice) => {
    const line = described.split("\n").find((one) => one.startsWith(`${choice}:`)) ?? choice;
    return stemsOf(plain(line.replaceAll("_", " "))).filter((stem) => stems.includes(stem)).length;
  });
  const best = Math.max(...scores);
  return (best === 0 ? choices.at(-1) : choices[scores.indexOf(best)]) ?? "";
}

function stemsOf(text: string): string[] {
  return text.match(/[\p{L}]{4,}/gu)?.map((word) => word.slice(0, 5)) ?? [];
}

function numberOf(name: string, text: string, today: string): number | null {
  if (name === "confidence") return 0.9;
  const { personas } = slotsOf([text], today);
  if (/persona|people|guest|comensal/i.test(name)) return personas;
  const found = /\d+(?:[.,]\d+)?/.exec(text)?.[0];
  return found === undefined ? null : Number(found.replace(",", "."));
}

function wordsOf(name: string, text: string, today: string): string | null {
  const { fecha, hora, nombre, pedido } = slotsOf([text], today);
  const plainName = plain(name);
  if (/resumen|summary/.test(plainName)) return sentencesOf(text).slice(0, 2).join(" ");
  if (/fecha|date|dia/.test(plainName)) return fecha;
  if (/hora|time/.test(plainName)) return hora;
  if (/nombre|name/.test(plainName)) return nombre;
  if (/pedido|order/.test(plainName)) return pedido;
  if (/correo|mail/.test(plainName)) return /[\w.+-]+@[\w-]+\.[\w.]+/.exec(text)?.[0] ?? null;
  if (/telefono|phone/.test(plainName)) return /\+?\d[\d ]{6,}\d/.exec(text)?.[0] ?? null;
  return null;
}

function sentencesOf(text: string): string[] {
  return (text.match(/[^.!?\n]+[.!?]*/g) ?? []).map((sentence) => sentence.trim()).filter(Boolean);
}
