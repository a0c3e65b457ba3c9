export interface TemplateProblem {
  /** JSON pointer into the template: `/buttons/0/url`. */
  readonly path: string;
  readonly code: string;
  readonly en: string;
  readonly es: string;
}

export function tooLong(path: string, text: string, max: number): TemplateProblem[] {
  if (text.length <= max) return [];
  return [
    problem(
      path,
      "too_long",
      `${text.length} characters; ${max} at most`,
      `${text.length} caracteres; ${max} como máximo`,
    ),
  ];
}

/** A problem in both languages. */
export function problem(path: string, code: string, en: string, es: string): TemplateProblem {
  return { path, code, en, es };
}
