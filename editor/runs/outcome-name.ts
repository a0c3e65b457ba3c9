/** `sin_respuesta` → `sin respuesta`; the code of an error stays as the guide of errors has it. */
export function outcomeName(outcome: string): string {
  return /^[A-Z0-9_]+$/.test(outcome) ? outcome : outcome.replaceAll("_", " ");
}
