import { type Static, Type } from "typebox";

/**
 * What a template says, in the words of this house: named variables such as `{{ name }}`, whatever a vendor calls them.
 *
 *   { body: "Hola {{ nombre }}, tu reserva {{ codigo }} está confirmada.", footer: "La Espiga",
 *     buttons: [{ type: "url", text: "Ver reserva", url: "https://r.example/{{ codigo }}" }] }
 */
const strict = { additionalProperties: false } as const;
const ButtonText = Type.String({ minLength: 1, maxLength: 25 });

export const MEDIA_HEADERS = ["image", "video", "document"] as const;
export type MediaHeader = (typeof MEDIA_HEADERS)[number];

const HeaderSchema = Type.Union([
  Type.Object({ type: Type.Literal("text"), text: Type.String({ minLength: 1 }) }, strict),
  Type.Object(
    {
      type: Type.Enum([...MEDIA_HEADERS]),
      sample: Type.String({
        minLength: 1,
        description:
          "Id of a stored file, or an https address: what reviewers see, and what is sent where a send names no other.",
      }),
    },
    strict,
  ),
  Type.Object({ type: Type.Literal("location") }, strict),
]);

const ButtonSchema = Type.Union([
  Type.Object(
    {
      type: Type.Literal("quick_reply"),
      text: ButtonText,
      payload: Type.Optional(
        Type.String({
          maxLength: 200,
          description: "What a tap brings back; may name variables. Absent: the text of the button.",
        }),
      ),
    },
    strict,
  ),
  Type.Object(
    {
      type: Type.Literal("url"),
      text: ButtonText,
      url: Type.String({ minLength: 1, description: "May end in one variable." }),
    },
    strict,
  ),
  Type.Object({ type: Type.Literal("phone"), text: ButtonText, phone: Type.String() }, strict),
  Type.Object(
    {
      type: Type.Literal("copy_code"),
      code: Type.String({ minLength: 1, description: "A variable, or the code itself." }),
    },
    strict,
  ),
  Type.Object({ type: Type.Literal("otp"), text: Type.Optional(ButtonText) }, strict),
  Type.Object(
    {
      type: Type.Literal("flow"),
      text: ButtonText,
      flowId: Type.String({ minLength: 1, description: "Meta's id of the form." }),
      token: Type.Optional(Type.String({ description: "What the form gives back; may name variables." })),
    },
    strict,
  ),
]);

export const TEMPLATE_CATEGORIES = ["utility", "marketing", "authentication"] as const;
export type TemplateCategory = (typeof TEMPLATE_CATEGORIES)[number];

export const TemplateContentSchema = Type.Object(
  {
    body: Type.String({ minLength: 1, maxLength: 4096, description: "What it says; also what an SMS says." }),
    header: Type.Optional(HeaderSchema),
    footer: Type.Optional(Type.String({ minLength: 1 })),
    buttons: Type.Optional(Type.Array(ButtonSchema, { maxItems: 10 })),
    code: Type.Optional(
      Type.Object(
        {
          expiresMinutes: Type.Optional(Type.Integer()),
          recommendation: Type.Optional(
            Type.Boolean({ description: "Adds the advice not to share the code with anybody." }),
          ),
        },
        { ...strict, description: "Of authentication templates, whose words on WhatsApp are Meta's own." },
      ),
    ),
  },
  strict,
);

export type TemplateContent = Static<typeof TemplateContentSchema>;
export type TemplateHeader = Static<typeof HeaderSchema>;
export type TemplateButton = Static<typeof ButtonSchema>;

export const VARIABLE_TYPES = ["text", "number", "date", "url"] as const;
export type VariableType = (typeof VARIABLE_TYPES)[number];

export const TemplateVariableSchema = Type.Object(
  {
    name: Type.String({ pattern: "^[A-Za-z_][A-Za-z0-9_]{0,63}$" }),
    type: Type.Optional(Type.Enum([...VARIABLE_TYPES], { default: "text" })),
    example: Type.String({ minLength: 1, maxLength: 255, description: "What reviewers see." }),
    description: Type.Optional(Type.String({ maxLength: 200 })),
  },
  strict,
);
export type TemplateVariable = Static<typeof TemplateVariableSchema>;

const PLACEHOLDER = /\{\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*\}\}/g;

/** Names in the order they are met, each once. */
export function namesIn(text: string): readonly string[] {
  return [...new Set([...text.matchAll(PLACEHOLDER)].map((match) => match[1] ?? ""))];
}

/** True where something looks like a placeholder but is no plain name. */
export function hasOddPlaceholder(text: string): boolean {
  return /\{\{|\}\}|\{%/.test(text.replace(PLACEHOLDER, ""));
}

/** The text with each name replaced. What is put in is never read as a placeholder of its own. */
export function filledIn(text: string, valueFor: (name: string) => string): string {
  return text.replace(PLACEHOLDER, (_all, name: string) => valueFor(name));
}

/** Every text of a template that may name variables, with where it is: JSON pointers. */
export function textsOf(
  content: TemplateContent,
): readonly { readonly path: string; readonly text: string }[] {
  const { header, body, footer, buttons = [] } = content;
  return [
    ...(header?.type === "text" ? [{ path: "/header/text", text: header.text }] : []),
    { path: "/body", text: body },
    ...(footer === undefined ? [] : [{ path: "/footer", text: footer }]),
    ...buttons.flatMap((button, index) => buttonTexts(button, `/buttons/${index}`)),
  ];
}

function buttonTexts(button: TemplateButton, at: string): { path: string; text: string }[] {
  switch (button.type) {
    case "url":
      return [{ path: `${at}/url`, text: button.url }];
    case "quick_reply":
      return button.payload === undefined ? [] : [{ path: `${at}/payload`, text: button.payload }];
    case "copy_code":
      return [{ path: `${at}/code`, text: button.code }];
    case "flow":
      return button.token === undefined ? [] : [{ path: `${at}/token`, text: button.token }];
    case "phone":
    case "otp":
      return [];
  }
}

/** All names of a template, in the order they are met: header, body, buttons. */
export function namesOf(content: TemplateContent): readonly string[] {
  return [...new Set(textsOf(content).flatMap(({ text }) => namesIn(text)))];
}

/** What a channel without buttons says: the words, and where its links lead. */
export function plainText(content: TemplateContent, values: Readonly<Record<string, string>>): string {
  const fill = (text: string) => filledIn(text, (name) => values[name] ?? "");
  const links = (content.buttons ?? []).flatMap((button) =>
    button.type === "url" ? [`${button.text}: ${fill(button.url)}`] : [],
  );
  return [fill(content.body), ...links].join("\n");
}
