const known = new WeakMap<object, number>();

/** Size of a value as JSON in UTF-8. What steps give never changes, so each is measured once. */
export function jsonBytes(value: object): number {
  const before = known.get(value);
  if (before !== undefined) return before;
  const bytes = Buffer.byteLength(JSON.stringify(value) ?? "");
  known.set(value, bytes);
  return bytes;
}
