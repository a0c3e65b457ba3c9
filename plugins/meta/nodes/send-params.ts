import { type JsonObject, type Static, Type } from "../../../engine/plugin-api.ts";

/** Every kind of message, and which of the parameters it shows. */
const SHOWS = {
  text: ["text", "preview"],
  image: ["file", "text"],
  video: ["file", "text"],
  audio: ["file", "voice"],
  document: ["file", "text"],
  sticker: ["file"],
  location: ["place"],
  contacts: ["cards"],
  reaction: ["messageId", "emoji"],
  template: ["template"],
  buttons: ["text", "buttons", "header", "footer"],
  list: ["text", "list", "header", "footer"],
  cta_url: ["text", "link", "header", "footer"],
  flow: ["text", "form", "header", "footer"],
  location_request: ["text", "header", "footer"],
  product: ["text", "catalog", "footer"],
  product_list: ["text", "catalog", "header", "footer"],
  catalog: ["text", "catalog", "footer"],
  carousel: ["text", "slides", "catalog"],
  contact_request: ["text", "footer"],
  call_permission: ["text", "footer"],
  voice_call: ["text", "call", "footer"],
  address: ["text", "addressForm", "header", "footer"],
} as const;

export type MessageType = keyof typeof SHOWS;

const TYPES = Object.keys(SHOWS) as [MessageType, ...MessageType[]];

/** Where a parameter is seen: with the kinds of message that use it. */
function shownWith(param: string) {
  const types = TYPES.filter((type) => SHOWS[type].some((name) => name === param));
  return { "x-visible": { param: "type", in: types } };
}

/** Words of a parameter in both languages. */
function words(en: string, es: string, more: { readonly en?: string; readonly es?: string } = {}) {
  return {
    title: en,
    ...(more.en === undefined ? {} : { description: more.en }),
    "x-es": { title: es, ...(more.es === undefined ? {} : { description: more.es }) },
  };
}

const strict = { additionalProperties: false } as const;
const anyObject = Type.Unsafe<JsonObject>(Type.Object({}));
const text = (en: string, es: string) => Type.String(words(en, es));

const File = Type.Object(
  {
    link: Type.Optional(text("Web address", "Dirección web")),
    id: Type.Optional(text("Id of an uploaded file", "Identificador de un archivo subido")),
    filename: Type.Optional(text("File name", "Nombre del archivo")),
    contentType: Type.Optional(text("Content type", "Tipo de contenido")),
    bytes: Type.Optional(Type.Integer({ minimum: 1, ...words("Size in bytes", "Tamaño en bytes") })),
  },
  strict,
);
export type FileParams = Static<typeof File>;

const HeaderType = Type.Enum(["text", "image", "video", "document"], words("Kind", "Tipo"));

const Slide = Type.Object(
  {
    file: Type.Optional(
      Type.Object({ ...File.properties, kind: Type.Optional(Type.Enum(["image", "video"])) }, strict),
    ),
    text: Type.Optional(text("Text", "Texto")),
    label: Type.Optional(text("Button", "Botón")),
    url: Type.Optional(text("Web address", "Dirección web")),
    product: Type.Optional(text("Product", "Producto")),
  },
  strict,
);

const contentParams = {
  text: Type.Optional(
    Type.String({
      "x-widget": "textarea",
      ...shownWith("text"),
      ...words("Text", "Texto", {
        en: "What the message says; the caption of a file.",
        es: "Lo que dice el mensaje; el pie de un archivo.",
      }),
    }),
  ),
  preview: Type.Optional(
    Type.Boolean({
      ...shownWith("preview"),
      ...words("Show a preview of the link", "Mostrar vista previa del enlace"),
    }),
  ),
  file: Type.Optional(
    Type.Object(File.properties, {
      ...strict,
      ...shownWith("file"),
      ...words("File", "Archivo", {
        en: "By web address, or by the id of a file uploaded to WhatsApp.",
        es: "Por dirección web o por el identificador de un archivo subido a WhatsApp.",
      }),
    }),
  ),
  voice: Type.Optional(
    Type.Boolean({ ...shownWith("voice"), ...words("As a voice note", "Como nota de voz") }),
  ),
  place: Type.Optional(
    Type.Object(
      {
        latitude: Type.Number(words("Latitude", "Latitud")),
        longitude: Type.Number(words("Longitude", "Longitud")),
        name: Type.Optional(text("Name", "Nombre")),
        address: Type.Optional(text("Address", "Dirección")),
      },
      { ...strict, ...shownWith("place"), ...words("Place", "Lugar") },
    ),
  ),
  cards: Type.Optional(
    Type.Array(anyObject, {
      ...shownWith("cards"),
      ...words("Contact cards", "Tarjetas de contacto", {
        en: 'As WhatsApp writes them: { "name": { "formatted_name": … }, "phones": [ … ] }.',
        es: 'Como las escribe WhatsApp: { "name": { "formatted_name": … }, "phones": [ … ] }.',
      }),
    }),
  ),
  messageId: Type.Optional(
    Type.String({
      default: "{{ trigger.message.sid }}",
      ...shownWith("messageId"),
      ...words("Message to react to", "Mensaje al que se reacciona"),
    }),
  ),
  emoji: Type.Optional(
    Type.String({
      ...shownWith("emoji"),
      ...words("Emoji", "Emoji", {
        en: "Empty: takes an earlier one back.",
        es: "Vacío: retira una anterior.",
      }),
    }),
  ),
  template: Type.Optional(
    Type.Object(
      {
        name: text("Name at WhatsApp", "Nombre en WhatsApp"),
        language: text("Language", "Idioma"),
        components: Type.Optional(Type.Array(anyObject, words("Components", "Componentes"))),
      },
      {
        ...strict,
        ...shownWith("template"),
        ...words("Template", "Plantilla", {
          en: "With its components as WhatsApp writes them.",
          es: "Con sus componentes tal como los escribe WhatsApp.",
        }),
      },
    ),
  ),
  buttons: Type.Optional(
    Type.Array(Type.Object({ id: text("Id", "Identificador"), title: text("Title", "Título") }, strict), {
      ...shownWith("buttons"),
      ...words("Buttons", "Botones", { en: "One to three.", es: "De uno a tres." }),
    }),
  ),
  list: Type.Optional(
    Type.Object(
      {
        button: text("Button", "Botón"),
        sections: Type.Array(
          Type.Object(
            {
              title: Type.Optional(text("Title", "Título")),
              rows: Type.Array(
                Type.Object(
                  {
                    id: text("Id", "Identificador"),
                    title: text("Title", "Título"),
                    description: Type.Optional(text("Description", "Descripción")),
                  },
                  strict,
                ),
                words("Rows", "Filas"),
              ),
            },
            strict,
          ),
          words("Sections", "Secciones"),
        ),
      },
      {
        ...strict,
        ...shownWith("list"),
        ...words("List", "Lista", { en: "Ten rows in all.", es: "Diez filas en total." }),
      },
    ),
  ),
  link: Type.Optional(
    Type.Object(
      { label: text("Label", "Texto del botón"), url: text("Web address", "Dirección web") },
      { ...strict, ...shownWith("link"), ...words("Link", "Enlace") },
    ),
  ),
  form: Type.Optional(
    Type.Object(
      {
        id: Type.Optional(text("Id", "Identificador")),
        name: Type.Optional(text("Name", "Nombre")),
        label: text("Button", "Botón"),
        token: Type.Optional(text("Token that comes back", "Marca que vuelve")),
        draft: Type.Optional(Type.Boolean(words("The draft", "El borrador"))),
        action: Type.Optional(Type.Enum(["navigate", "data_exchange"], words("Action", "Acción"))),
        screen: Type.Optional(text("First screen", "Primera pantalla")),
        data: Type.Optional(anyObject),
      },
      { ...strict, ...shownWith("form"), ...words("Form (Flow)", "Formulario (Flow)") },
    ),
  ),
  catalog: Type.Optional(
    Type.Object(
      {
        id: Type.Optional(text("Catalogue", "Catálogo")),
        product: Type.Optional(text("Product", "Producto")),
        sections: Type.Optional(
          Type.Array(
            Type.Object({ title: text("Title", "Título"), products: Type.Array(Type.String()) }, strict),
            words("Sections", "Secciones"),
          ),
        ),
      },
      { ...strict, ...shownWith("catalog"), ...words("Catalogue", "Catálogo") },
    ),
  ),
  slides: Type.Optional(Type.Array(Slide, { ...shownWith("slides"), ...words("Cards", "Tarjetas") })),
  call: Type.Optional(
    Type.Object(
      {
        label: text("Button", "Botón"),
        minutes: Type.Optional(
          Type.Integer({ minimum: 1, ...words("Good for (minutes)", "Válido (minutos)") }),
        ),
      },
      { ...strict, ...shownWith("call"), ...words("Call button", "Botón de llamada") },
    ),
  ),
  addressForm: Type.Optional(
    Type.Object(
      {
        country: text("Country", "País"),
        values: Type.Optional(anyObject),
        saved: Type.Optional(Type.Array(anyObject, words("Saved addresses", "Direcciones guardadas"))),
      },
      { ...strict, ...shownWith("addressForm"), ...words("Address form", "Formulario de dirección") },
    ),
  ),
  header: Type.Optional(
    Type.Object(
      { type: HeaderType, text: Type.Optional(text("Text", "Texto")), file: Type.Optional(File) },
      { ...strict, ...shownWith("header"), "x-group": "advanced", ...words("Header", "Encabezado") },
    ),
  ),
  footer: Type.Optional(
    Type.String({ ...shownWith("footer"), "x-group": "advanced", ...words("Footer", "Pie") }),
  ),
};

export const SendParamsSchema = Type.Object(
  {
    to: Type.Optional(
      Type.String({
        "x-widget": "phone",
        ...words("To", "Para", {
          en: "Phone number with country code, or a WhatsApp user id; empty: the contact of this flow.",
          es: "Teléfono con código de país o identificador de usuario de WhatsApp; vacío: el contacto de este flujo.",
        }),
      }),
    ),
    type: Type.Enum(TYPES, { default: "text", ...words("Kind of message", "Tipo de mensaje") }),
    ...contentParams,
    quote: Type.Optional(
      Type.String({
        "x-group": "advanced",
        "x-visible": { param: "type", in: TYPES.filter((type) => type !== "reaction") },
        ...words("Reply to", "Responder a", {
          en: "Id of the message that is quoted.",
          es: "Identificador del mensaje que se cita.",
        }),
      }),
    ),
    purpose: Type.Optional(
      Type.Enum(["service", "notice", "marketing"], {
        default: "service",
        ...words("Purpose", "Finalidad", {
          en: "`service` answers what the person just did; `notice` and `marketing` keep quiet hours.",
          es: "`service` responde a lo que la persona acaba de hacer; `notice` y `marketing` respetan las horas de descanso.",
        }),
      }),
    ),
    confirm: Type.Optional(
      Type.Enum(["accepted", "sent", "delivered"], {
        default: "accepted",
        "x-group": "advanced",
        ...words("Wait until", "Esperar hasta", {
          en: "How far the message must get before the flow goes on.",
          es: "Hasta dónde debe llegar el mensaje para que siga el flujo.",
        }),
      }),
    ),
    confirmWithinMs: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 86_400_000,
        default: 5000,
        "x-group": "advanced",
        "x-visible": { param: "confirm", in: ["sent", "delivered"] },
        ...words("Wait at most (ms)", "Esperar como máximo (ms)"),
      }),
    ),
    onDoubt: Type.Optional(
      Type.Enum(["give-up", "resend"], {
        default: "give-up",
        "x-group": "advanced",
        ...words("If nobody knows whether it left", "Si no se sabe si salió"),
      }),
    ),
    fromNumber: Type.Optional(
      Type.String({
        "x-group": "advanced",
        ...words("From", "Desde", {
          en: "Id of one of your numbers.",
          es: "Identificador de uno de sus números.",
        }),
      }),
    ),
  },
  strict,
);

export type SendParams = Static<typeof SendParamsSchema>;
