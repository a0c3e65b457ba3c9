import { defineCredential, type JsonObject, type Static, Type } from "../../engine/plugin-api.ts";

const hidden = { "x-secret": true, "x-widget": "password" } as const;

export const HttpAuthFields = Type.Object(
  {
    type: Type.Enum(["basic", "bearer", "header", "hmac"], {
      title: "Kind",
      description: "How the other side knows us, or how we know it.",
      "x-es": { title: "Tipo", description: "Cómo nos reconoce el otro lado, o cómo lo reconocemos." },
    }),
    username: Type.Optional(
      Type.String({
        title: "User name",
        "x-visible": { param: "type", is: "basic" },
        "x-es": { title: "Usuario" },
      }),
    ),
    password: Type.Optional(
      Type.String({
        title: "Password",
        ...hidden,
        "x-visible": { param: "type", is: "basic" },
        "x-es": { title: "Contraseña" },
      }),
    ),
    token: Type.Optional(
      Type.String({
        title: "Token",
        description: "The bearer token, or the value of the header.",
        ...hidden,
        "x-visible": { param: "type", in: ["bearer", "header"] },
        "x-es": { title: "Token", description: "El token bearer, o el valor de la cabecera." },
      }),
    ),
    secret: Type.Optional(
      Type.String({
        title: "Secret",
        description: "Key of the HMAC-SHA256 signature of the body.",
        ...hidden,
        "x-visible": { param: "type", is: "hmac" },
        "x-es": { title: "Secreto", description: "Clave de la firma HMAC-SHA256 del cuerpo." },
      }),
    ),
    headerName: Type.Optional(
      Type.String({
        pattern: "^[A-Za-z0-9-]+$",
        title: "Header",
        description:
          "Which header carries the token or the signature; for a signature X-Signature-256 where empty.",
        "x-visible": { param: "type", in: ["header", "hmac"] },
        "x-es": {
          title: "Cabecera",
          description:
            "Qué cabecera lleva el token o la firma; para una firma, X-Signature-256 si se deja vacía.",
        },
      }),
    ),
  },
  { additionalProperties: false },
);

export type HttpAuth = Static<typeof HttpAuthFields>;

/** The header of an HMAC signature, whose value is `sha256=` and the hex digest of the body. */
export const SIGNATURE_HEADER = "x-signature-256";

const NEEDED: Readonly<Record<HttpAuth["type"], readonly string[]>> = {
  basic: ["username", "password"],
  bearer: ["token"],
  header: ["headerName", "token"],
  hmac: ["secret"],
};

/** Names of the fields its kind needs and that are empty. */
export function missingFields(fields: JsonObject): readonly string[] {
  const kind = Object.entries(NEEDED).find(([name]) => name === fields.type);
  return kind === undefined ? ["type"] : kind[1].filter((name) => !fields[name]);
}

export const httpAuth = defineCredential({
  id: "http.auth",
  title: { en: "Access to a web service", es: "Acceso a un servicio web" },
  fields: HttpAuthFields,
  // There is no address to try it against: the same credential may serve several.
  test: async (fields) => {
    const missing = missingFields(fields);
    if (missing.length === 0)
      return { ok: true, message: "Complete. It is tried with the first request that uses it." };
    return { ok: false, message: `Missing: ${missing.join(", ")}.` };
  },
});
