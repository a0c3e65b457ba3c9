import type { TwimlElement } from "../twiml-document.ts";

/** What `<Parameter>` elements hand over to the application. */
export function parametersOf({ children }: TwimlElement): Record<string, string> {
  return Object.fromEntries(
    children
      .filter(({ name }) => name === "Parameter")
      .map(({ attributes: { name = "", value = "" } }) => [name, value]),
  );
}
