/** The Spanish words of a field, beside the English ones. */
export function es(title: string, description?: string): { "x-es": { title: string; description?: string } } {
  return { "x-es": { title, ...(description === undefined ? {} : { description }) } };
}
