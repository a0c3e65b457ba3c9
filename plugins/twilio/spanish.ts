/** The Spanish words of a form field, kept where JSON Schema allows any: under `$defs`. */
export function es(title: string, description?: string): { readonly $defs: { readonly es: object } } {
  return { $defs: { es: { title, ...(description === undefined ? {} : { description }) } } };
}
