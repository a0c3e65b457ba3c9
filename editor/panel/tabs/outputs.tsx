import type { FlowNode } from "../../../engine/core/flow.ts";
import { useFlow } from "../../flow/flow-store.ts";
import { fieldsIn } from "../../model/output-fields.ts";
import { portsOf } from "../../model/ports.ts";
import { inLocale } from "../../model/words.ts";
import { useLocale, useWords } from "../../words/words.ts";
import { panelWords } from "../words.ts";

/** What a node leaves for those after it, by the way it is left. */
export function Outputs({ node }: { readonly node: FlowNode }) {
  const words = useWords(panelWords);
  const locale = useLocale();
  const catalogue = useFlow((state) => state.catalogue);
  const type = catalogue.get(node.type, node.version);
  if (!type) return null;
  const root = type.kind === "trigger" ? "trigger" : `steps.${node.id}`;
  const ports = portsOf(node, catalogue).flatMap((port) => {
    const schema = type.outputs[port.name] ?? (port.name === "error" ? undefined : type.outputs["*"]);
    const fields = schema ? fieldsIn([schema], locale) : [];
    return fields.length === 0 ? [] : [{ port: inLocale(port.label, locale), fields }];
  });
  // Ways out that leave the same are told once.
  const alike = [
    ...Map.groupBy(ports, ({ fields }) => fields.map(({ path }) => path.join(".")).join(" ")).values(),
  ];
  return (
    <section>
      <h3 className="section-title">{words.gives}</h3>
      {alike.length === 0 && <p className="field-hint">{words.givesNothing}</p>}
      {alike.map((same) => {
        const names = same.map(({ port }) => port);
        return (
          <div key={names.join()}>
            {type.kind !== "trigger" && <p className="field-hint">{words.byPorts(names)}</p>}
            <ul className="variables">
              {(same[0]?.fields ?? []).map((field) => (
                <li
                  key={field.path.join(".")}
                  className="variable"
                  title={`{{ ${[root, ...field.path].join(".")} }}`}
                >
                  <span className="variable-name">{field.label}</span>
                  <span className="variable-sample">{field.path.join(".")}</span>
                </li>
              ))}
            </ul>
          </div>
        );
      })}
    </section>
  );
}
