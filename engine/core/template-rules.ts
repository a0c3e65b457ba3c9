/**
 * WhatsApp's rules for templates, whoever carries them: what Meta would reject after hours of review is said at once, with
 * the place. Pure; the editor, the API and the submission ask the same.
 */

import { buttonProblems } from "./template-button-rules.ts";
import {
  hasOddPlaceholder,
  namesIn,
  namesOf,
  type TemplateCategory,
  type TemplateContent,
  type TemplateVariable,
  textsOf,
} from "./template-content.ts";
import { problem, type TemplateProblem, tooLong } from "./template-problem.ts";

export interface TemplateDocument {
  readonly category: TemplateCategory;
  readonly content: TemplateContent;
  readonly variables: readonly TemplateVariable[];
}

const MAX = { header: 60, body: 1024, footer: 60 } as const;
// A reviewer takes a text made of little but variables for a way around the review.
const WORDS_PER_VARIABLE = 2;

/** Everything that stands against a template; empty for one that may be submitted. */
export function templateProblems(template: TemplateDocument): readonly TemplateProblem[] {
  const { category, content, variables } = template;
  const common = [...placeholderProblems(content), ...variableProblems(content, variables)];
  return category === "authentication"
    ? [...common, ...codeProblems(content)]
    : [...common, ...textProblems(content), ...headerProblems(content), ...buttonProblems(content)];
}

function placeholderProblems(content: TemplateContent): TemplateProblem[] {
  return textsOf(content)
    .filter(({ text }) => hasOddPlaceholder(text))
    .map(({ path }) =>
      problem(
        path,
        "placeholder_odd",
        "a placeholder is no plain name; expected only such as {{ name }}",
        "un marcador no es un nombre simple; solo se admiten como {{ nombre }}",
      ),
    );
}

function variableProblems(
  content: TemplateContent,
  variables: readonly TemplateVariable[],
): TemplateProblem[] {
  const used = new Set(namesOf(content));
  const declared = variables.map(({ name }) => name);
  return [
    ...[...used]
      .filter((name) => !declared.includes(name))
      .map((name) =>
        problem(
          "/variables",
          "variable_undeclared",
          `"${name}" is used but not declared; declare it with an example`,
          `se usa "${name}" sin declararla; declárela con un ejemplo`,
        ),
      ),
    ...declared.flatMap((name, index) => declaredProblems(name, index, { used, declared })),
    ...variables.flatMap(({ example }, index) => exampleProblems(example, index)),
  ];
}

function declaredProblems(
  name: string,
  index: number,
  { used, declared }: { readonly used: ReadonlySet<string>; readonly declared: readonly string[] },
): TemplateProblem[] {
  const path = `/variables/${index}`;
  const twice = declared.indexOf(name) !== index;
  return [
    ...(twice
      ? [problem(path, "variable_twice", `"${name}" is declared twice`, `"${name}" se declara dos veces`)]
      : []),
    ...(used.has(name)
      ? []
      : [
          problem(
            path,
            "variable_unused",
            `"${name}" is used nowhere`,
            `"${name}" no se usa en ninguna parte`,
          ),
        ]),
  ];
}

function exampleProblems(example: string, index: number): TemplateProblem[] {
  if (isSendable(example)) return [];
  return [
    problem(
      `/variables/${index}/example`,
      "value_spaces",
      "no line breaks, tabs or five spaces in a row in a value",
      "un valor no lleva saltos de línea, tabulaciones ni cinco espacios seguidos",
    ),
  ];
}

/** Meta refuses a whole message for a line break, a tab or five spaces inside one value. */
export function isSendable(value: string): boolean {
  return !/[\r\n\t]| {5}/.test(value);
}

function textProblems({ body, footer }: TemplateContent): TemplateProblem[] {
  return [
    ...tooLong("/body", body, MAX.body),
    ...edgeProblems(body),
    ...densityProblems(body),
    ...(footer === undefined ? [] : tooLong("/footer", footer, MAX.footer)),
    ...(footer !== undefined && namesIn(footer).length > 0
      ? [problem("/footer", "footer_variable", "a footer has no variables", "el pie no lleva variables")]
      : []),
    ...(/\n{3}/.test(body)
      ? [
          problem(
            "/body",
            "blank_lines",
            "two line breaks in a row at most",
            "como máximo dos saltos de línea seguidos",
          ),
        ]
      : []),
  ];
}

function edgeProblems(body: string): TemplateProblem[] {
  const text = body.trim();
  const found = [
    ...(/^\{\{/.test(text) ? [["variable_first", "start", "empezar"] as const] : []),
    ...(/\}\}[\s.,;:!?…]*$/.test(text) ? [["variable_last", "end", "terminar"] as const] : []),
    ...(/\}\}\s*\{\{/.test(text)
      ? [["variables_adjacent", "stand side by side in", "ir seguidas en"] as const]
      : []),
  ];
  return found.map(([code, en, es]) =>
    code === "variables_adjacent"
      ? problem(
          "/body",
          code,
          `two variables must not ${en} the body; put words between them`,
          `dos variables no pueden ${es} el cuerpo; ponga palabras en medio`,
        )
      : problem(
          "/body",
          code,
          `the body must not ${en} with a variable; add words around it`,
          `el cuerpo no puede ${es} con una variable; añada palabras`,
        ),
  );
}

function densityProblems(body: string): TemplateProblem[] {
  const variables = [...body.matchAll(/\{\{[^}]*\}\}/g)].length;
  const words = body
    .replace(/\{\{[^}]*\}\}/g, " ")
    .split(/\s+/)
    .filter((word) => /\p{Letter}/u.test(word)).length;
  if (variables === 0 || words >= variables * WORDS_PER_VARIABLE) return [];
  return [
    problem(
      "/body",
      "too_many_variables",
      `${variables} variables in ${words} words; at least ${variables * WORDS_PER_VARIABLE} words are expected`,
      `${variables} variables en ${words} palabras; se esperan al menos ${variables * WORDS_PER_VARIABLE} palabras`,
    ),
  ];
}

function headerProblems({ header }: TemplateContent): TemplateProblem[] {
  if (header?.type !== "text") return [];
  return [
    ...tooLong("/header/text", header.text, MAX.header),
    ...(namesIn(header.text).length > 1
      ? [
          problem(
            "/header/text",
            "header_variables",
            "a header has one variable at most",
            "el encabezado lleva una variable como máximo",
          ),
        ]
      : []),
    ...(/\n/.test(header.text)
      ? [problem("/header/text", "header_lines", "a header is one line", "el encabezado es de una línea")]
      : []),
  ];
}

/** Of an authentication template Meta writes the words itself; what is ours is the code and the button. */
function codeProblems({ header, footer, buttons = [], body, code }: TemplateContent): TemplateProblem[] {
  const only = (path: string) =>
    problem(
      path,
      "code_extra",
      "an authentication template has no header and footer of its own",
      "una plantilla de autenticación no lleva encabezado ni pie propios",
    );
  const minutes = code?.expiresMinutes;
  return [
    ...(header === undefined ? [] : [only("/header")]),
    ...(footer === undefined ? [] : [only("/footer")]),
    ...(namesIn(body).length === 1
      ? []
      : [
          problem(
            "/body",
            "code_variable",
            "exactly one variable, the code",
            "exactamente una variable, el código",
          ),
        ]),
    ...(buttons.length === 1 && buttons[0]?.type === "otp"
      ? []
      : [
          problem(
            "/buttons",
            "code_button",
            "exactly one button, of type otp",
            "exactamente un botón, de tipo otp",
          ),
        ]),
    ...(minutes === undefined || (minutes >= 1 && minutes <= 90)
      ? []
      : [problem("/code/expiresMinutes", "code_minutes", "from 1 to 90 minutes", "de 1 a 90 minutos")]),
    ...(/https?:\/\/|\p{Extended_Pictographic}/u.test(body)
      ? [problem("/body", "code_plain", "no addresses and no emoji", "sin direcciones ni emojis")]
      : []),
  ];
}
