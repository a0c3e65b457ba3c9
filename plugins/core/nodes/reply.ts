import { AppError, defineNode, type Json, next, type Static, Type } from "../../../engine/plugin-api.ts";

const Params = Type.Object(
  {
    status: Type.Optional(
      Type.Integer({
        minimum: 200,
        maximum: 599,
        default: 200,
        title: "Status",
        description: "HTTP status code.",
        "x-es": { title: "Estado", description: "Código de estado HTTP." },
      }),
    ),
    headers: Type.Optional(
      Type.Record(Type.String({ pattern: "^[A-Za-z0-9-]+$" }), Type.String({ pattern: "^[^\\r\\n]*$" }), {
        title: "Headers",
        "x-widget": "pairs",
        "x-group": "advanced",
        "x-es": { title: "Cabeceras" },
      }),
    ),
    body: Type.Optional(
      Type.String({
        title: "Text",
        description: "The body as text. Leave it empty when you answer with JSON.",
        "x-widget": "textarea",
        "x-es": { title: "Texto", description: "El cuerpo como texto. Déjelo vacío si responde con JSON." },
      }),
    ),
    json: Type.Optional(
      Type.Unsafe<Json>({
        title: "JSON",
        description: "The body as data; the content type is set for you.",
        "x-widget": "json",
        "x-es": { title: "JSON", description: "El cuerpo como datos; el tipo de contenido se pone solo." },
      }),
    ),
  },
  { additionalProperties: false },
);

export default defineNode({
  type: "core.reply",
  version: 1,
  title: { en: "Answer the request", es: "Responder a la petición" },
  help: {
    en: "Answers the web request that started this flow, with a status, headers and a text or JSON body. The answer leaves when the flow next waits or ends; without a request that waits it has no effect.",
    es: "Responde a la petición web que inició este flujo, con estado, cabeceras y un cuerpo de texto o JSON. La respuesta sale cuando el flujo espera o termina; si ninguna petición espera, no tiene efecto.",
  },
  family: "data",
  icon: "arrow-back-up",
  params: Params,
  outputs: {
    next: Type.Object({
      status: Type.Integer({ title: "Status", "x-es": { title: "Estado" } }),
    }),
  },
  ports: ["next"],
  effect: "none",
  needsLine: true,
  example: {
    title: { en: "Tell the ERP the code", es: "Dar el código al ERP" },
    params: { status: 200, json: { ok: true, code: "{{ vars.code }}" } },
  },
  run: function replyToRequest(ctx, params) {
    const status = params.status ?? 200;
    const { contentType, body } = bodyOf(params, ctx.nodeId);
    const headers = {
      ...(contentType === null ? {} : { "content-type": contentType }),
      ...lowerCase(params.headers ?? {}),
    };
    return next("next", { status }, { reply: [{ status, headers, body }] });
  },
});

function bodyOf(
  params: Static<typeof Params>,
  nodeId: string,
): { readonly contentType: string | null; readonly body: string } {
  if (params.json !== undefined && params.body !== undefined && params.body !== "") {
    throw new AppError("PARAMS_INVALID", `${nodeId}: expected a text body or a JSON body, got both`, {
      nodeId,
    });
  }
  if (params.json !== undefined)
    return { contentType: "application/json; charset=utf-8", body: JSON.stringify(params.json) };
  const body = params.body ?? "";
  return { contentType: body === "" ? null : "text/plain; charset=utf-8", body };
}

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
