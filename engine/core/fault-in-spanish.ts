/** The words of a schema's faults in Spanish; what is not known stays as it is. */
export function faultInSpanish(message: string): string {
  for (const [pattern, spanish] of FAULTS)
    if (pattern.test(message)) return message.replace(pattern, spanish);
  return message;
}

const FAULTS: readonly (readonly [RegExp, string])[] = [
  [/^is required$/, "falta"],
  [/^is not expected here$/, "no se espera aquí"],
  [/^must be string$/, "debe ser un texto"],
  [/^must be number$/, "debe ser un número"],
  [/^must be integer$/, "debe ser un número entero"],
  [/^must be boolean$/, "debe ser verdadero o falso"],
  [/^must be array$/, "debe ser una lista"],
  [/^must be object$/, "debe ser un objeto"],
  [/^must be one of (.*)$/s, "debe ser uno de $1"],
  [/^must match pattern (.*)$/s, "debe tener la forma $1"],
  [/^must be ([<>]=?) (.*)$/, "debe ser $1 $2"],
  [/^must be ("|\d)(.*)$/s, "debe ser $1$2"],
  [/^must NOT have fewer than 1 characters$/, "no debe estar vacío"],
  [/^must NOT have fewer than (\d+) characters$/, "debe tener al menos $1 caracteres"],
  [/^must NOT have more than (\d+) characters$/, "debe tener como máximo $1 caracteres"],
  [/^must contain at least 1 valid item\(s\)$/, "debe tener al menos un elemento que no esté vacío"],
  [/^must NOT have fewer than 1 items$/, "debe tener al menos un elemento"],
  [/^must NOT have fewer than (\d+) items$/, "debe tener al menos $1 elementos"],
  [/^must NOT have more than (\d+) items$/, "debe tener como máximo $1 elementos"],
  [/^must NOT have duplicate items.*$/, "no debe repetir elementos"],
];
