import type { FlowNode } from "../../engine/core/flow.ts";
import type { Catalogue } from "../model/catalogue.ts";
import { portWords } from "../model/port-words.ts";
import { portsOf } from "../model/ports.ts";
import { inLocale, type Locale, type Words } from "../model/words.ts";
import type { StepView } from "./simulation-view.ts";

/** What is told of steps that have no port to go on by. */
const UNDRAWN: Readonly<Record<string, Words>> = {
  ended: { en: "End", es: "Fin" },
  left: { en: "Goes on", es: "Sigue" },
};

/** By what a step went on, in the words of the canvas. */
export function portName(
  { port, type }: Pick<StepView, "port" | "type">,
  node: FlowNode | undefined,
  catalogue: Catalogue,
  locale: Locale,
): string {
  if (port === null) return "";
  const drawn = node && portsOf(node, catalogue).find(({ name }) => name === port);
  const label = drawn?.label ?? UNDRAWN[port] ?? portWords(type, port);
  return label ? inLocale(label, locale) : port.replaceAll("_", " ");
}
