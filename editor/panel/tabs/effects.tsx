import type { NodeType } from "../../model/catalogue.ts";
import { useWords } from "../../words/words.ts";
import { panelWords } from "../words.ts";

/** What a node costs, and what it means outside. */
export function Effects({ type }: { readonly type: NodeType }) {
  const words = useWords(panelWords);
  const meters: Readonly<Record<string, string>> = words.meters;
  const { cost, effect, waits, simulated, credential } = type;
  const effects = { none: words.effectNone, repeatable: words.effectRepeatable, once: words.effectOnce };
  const costs = cost && "meters" in cost ? cost.meters.map((meter) => meters[meter] ?? meter) : [];
  const lines = [
    ...(type.kind === "trigger" ? [] : [costs.length > 0 ? words.costs(costs.join(", ")) : words.free]),
    ...(waits ? [words.waits] : []),
    ...(effect ? [effects[effect]] : []),
    ...(credential ? [words.needs(credential)] : []),
    ...(simulated ? [words.vendorSimulated] : []),
  ];
  if (lines.length === 0) return null;
  return (
    <section>
      <h3 className="section-title">{words.effects}</h3>
      <ul className="plain-list">
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </section>
  );
}
