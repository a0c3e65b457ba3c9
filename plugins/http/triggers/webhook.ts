import { defineTrigger, type Json, Type } from "../../../engine/plugin-api.ts";

export default defineTrigger({
  type: "http.webhook",
  version: 1,
  title: { en: "A web request arrives", es: "Llega una petición web" },
  help: {
    en: "Starts the flow when any system sends a request to its secret address. It can demand a password, a token or a signature, and answer at once or with what the flow replies.",
    es: "Inicia el flujo cuando cualquier sistema envía una petición a su dirección secreta. Puede exigir contraseña, token o firma, y responder enseguida o con lo que conteste el flujo.",
  },
  family: "data",
  icon: "webhook",
  params: Type.Object(
    {
      auth: Type.Optional(
        Type.Enum(["none", "basic", "bearer", "hmac"], {
          default: "none",
          title: "Check",
          description: "How the sender proves who it is, beside knowing the address.",
          "x-es": {
            title: "Comprobación",
            description: "Cómo demuestra quién es el remitente, además de conocer la dirección.",
          },
        }),
      ),
      credential: Type.Optional(
        Type.String({
          title: "Credential",
          description: "What the sender must show; of the same kind as the check.",
          "x-options": "credentials:http.auth",
          "x-visible": { param: "auth", in: ["basic", "bearer", "hmac"] },
          "x-es": {
            title: "Credencial",
            description: "Lo que debe presentar el remitente; del mismo tipo que la comprobación.",
          },
        }),
      ),
      respond: Type.Optional(
        Type.Enum(["ack", "reply"], {
          default: "ack",
          title: "Answer",
          description: "`ack`: as soon as the request is stored. `reply`: with what the flow answers.",
          "x-es": {
            title: "Respuesta",
            description: "`ack`: en cuanto se guarda la petición. `reply`: con lo que responda el flujo.",
          },
        }),
      ),
    },
    { additionalProperties: false },
  ),
  gives: Type.Object({
    method: Type.String({ title: "Method", "x-es": { title: "Método" } }),
    headers: Type.Record(Type.String(), Type.String(), {
      title: "Headers",
      description: "Names in lower case.",
      "x-es": { title: "Cabeceras", description: "Nombres en minúsculas." },
    }),
    query: Type.Record(Type.String(), Type.Union([Type.String(), Type.Array(Type.String())]), {
      title: "Query",
      description: "A repeated name gives a list.",
      "x-es": { title: "Parámetros de la dirección", description: "Un nombre repetido da una lista." },
    }),
    body: Type.Unsafe<Json>({
      title: "Body",
      description: "JSON and forms as data, anything else as text.",
      "x-es": { title: "Cuerpo", description: "JSON y formularios como datos; lo demás como texto." },
    }),
  }),
  answers: "reply",
  example: {
    title: { en: "The shop reports low stock", es: "La tienda avisa de poco stock" },
    params: { auth: "none", respond: "ack" },
  },
});
