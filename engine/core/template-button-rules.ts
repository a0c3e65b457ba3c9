import { namesIn, type TemplateButton, type TemplateContent } from "./template-content.ts";
import { problem, type TemplateProblem, tooLong } from "./template-problem.ts";

const MAX = { url: 2000, phone: 20, code: 15 } as const;
const MOST = { url: 2, phone: 1, copy_code: 1 } as const;

/** What stands against the buttons of a template. */
export function buttonProblems({ buttons = [] }: TemplateContent): TemplateProblem[] {
  return [
    ...buttons.flatMap((button, index) => oneButton(button, `/buttons/${index}`)),
    ...countProblems(buttons),
    ...orderProblems(buttons),
  ];
}

function oneButton(button: TemplateButton, at: string): TemplateProblem[] {
  if ("text" in button && button.text !== undefined && namesIn(button.text).length > 0) {
    return [
      problem(
        `${at}/text`,
        "button_variable",
        "a button's text has no variables",
        "el texto de un botón no lleva variables",
      ),
    ];
  }
  switch (button.type) {
    case "url":
      return urlProblems(button.url, `${at}/url`);
    case "phone":
      return /^\+[1-9][0-9]{6,14}$/.test(button.phone)
        ? tooLong(`${at}/phone`, button.phone, MAX.phone)
        : [
            problem(
              `${at}/phone`,
              "phone_invalid",
              "expected E.164, such as +573001234567",
              "se espera E.164, como +573001234567",
            ),
          ];
    case "copy_code":
      return namesIn(button.code).length > 0 ? [] : tooLong(`${at}/code`, button.code, MAX.code);
    case "otp":
      return [
        problem(
          at,
          "otp_elsewhere",
          "this button is of authentication templates only",
          "este botón es solo de plantillas de autenticación",
        ),
      ];
    case "quick_reply":
    case "flow":
      return [];
  }
}

/** Meta only appends: the variable is the end of the address, and there is one. */
function urlProblems(url: string, path: string): TemplateProblem[] {
  const [base = ""] = url.split("{{");
  if (!/^https?:\/\/[^/\s{}]+/.test(base)) {
    return [
      problem(
        path,
        "url_invalid",
        "expected an address such as https://shop.example/{{ code }}",
        "se espera una dirección como https://tienda.example/{{ codigo }}",
      ),
    ];
  }
  if (namesIn(url).length > 0 && !/^[^{}]*\{\{\s*\w+\s*\}\}$/.test(url)) {
    return [
      problem(
        path,
        "url_variable",
        "one variable, at the very end of the address",
        "una sola variable, al final de la dirección",
      ),
    ];
  }
  return tooLong(path, url, MAX.url);
}

function countProblems(buttons: readonly TemplateButton[]): TemplateProblem[] {
  return Object.entries(MOST).flatMap(([type, most]) => {
    const count = buttons.filter((button) => button.type === type).length;
    if (count <= most) return [];
    return [
      problem(
        "/buttons",
        "buttons_too_many",
        `${count} buttons of type ${type}; ${most} at most`,
        `${count} botones de tipo ${type}; ${most} como máximo`,
      ),
    ];
  });
}

/** Quick replies stand together: before all other buttons or after them. */
function orderProblems(buttons: readonly TemplateButton[]): TemplateProblem[] {
  const changes = buttons.filter(
    (button, index) =>
      index > 0 && (button.type === "quick_reply") !== (buttons[index - 1]?.type === "quick_reply"),
  ).length;
  if (changes <= 1) return [];
  return [
    problem(
      "/buttons",
      "buttons_mixed",
      "quick replies must stand together",
      "las respuestas rápidas deben ir juntas",
    ),
  ];
}
