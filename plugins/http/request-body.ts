import { createHash } from "node:crypto";
import { type Json, type Static, Type } from "../../engine/plugin-api.ts";

export const RequestBody = Type.Object(
  {
    kind: Type.Enum(["none", "json", "form", "text", "multipart"], {
      title: "Kind",
      "x-es": { title: "Tipo" },
    }),
    json: Type.Optional(
      Type.Unsafe<Json>({
        title: "JSON",
        "x-widget": "json",
        "x-visible": { param: "kind", is: "json" },
        "x-es": { title: "JSON" },
      }),
    ),
    fields: Type.Optional(
      Type.Record(Type.String(), Type.Unsafe<Json>({}), {
        title: "Fields",
        description: "Names and values of the form; text only.",
        "x-widget": "pairs",
        "x-visible": { param: "kind", in: ["form", "multipart"] },
        "x-es": { title: "Campos", description: "Nombres y valores del formulario; solo texto." },
      }),
    ),
    text: Type.Optional(
      Type.String({
        title: "Text",
        "x-widget": "textarea",
        "x-visible": { param: "kind", is: "text" },
        "x-es": { title: "Texto" },
      }),
    ),
  },
  { additionalProperties: false, title: "Body", "x-es": { title: "Cuerpo" } },
);

export interface EncodedBody {
  readonly contentType: string | null;
  readonly text: string | null;
}

/** What is sent, and what it is. `boundarySeed` makes the parts of a form the same again in a repeated step. */
export function encodeBody(body: Static<typeof RequestBody> | undefined, boundarySeed: string): EncodedBody {
  const fields = body?.fields ?? {};
  switch (body?.kind ?? "none") {
    case "none":
      return { contentType: null, text: null };
    case "json":
      return { contentType: "application/json", text: JSON.stringify(body?.json ?? null) };
    case "text":
      return { contentType: "text/plain; charset=utf-8", text: body?.text ?? "" };
    case "form":
      return {
        contentType: "application/x-www-form-urlencoded",
        text: new URLSearchParams(pairsOf(fields)).toString(),
      };
    case "multipart":
      return multipart(pairsOf(fields), createHash("sha256").update(boundarySeed).digest("hex").slice(0, 32));
  }
}

/** Names and values as text: a list repeats its name, null leaves it out, an object becomes JSON. */
export function pairsOf(fields: Readonly<Record<string, Json>>): [string, string][] {
  return Object.entries(fields).flatMap(([name, value]) => {
    const values: readonly Json[] = Array.isArray(value) ? value : [value];
    return values.filter((each) => each !== null).map((each): [string, string] => [name, asText(each)]);
  });
}

function asText(value: Json): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function multipart(pairs: readonly (readonly [string, string])[], boundary: string): EncodedBody {
  const parts = pairs.map(
    ([name, value]) =>
      `--${boundary}\r\nContent-Disposition: form-data; name="${escapeName(name)}"\r\n\r\n${value}\r\n`,
  );
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    text: `${parts.join("")}--${boundary}--\r\n`,
  };
}

// As browsers do it: a quote or a line break in a name would end the header early.
function escapeName(name: string): string {
  return name.replaceAll('"', "%22").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}
