/** The Spanish words of a form field. */
export function es(title: string, description?: string): { readonly "x-es": object } {
  return { "x-es": { title, ...(description === undefined ? {} : { description }) } };
}
