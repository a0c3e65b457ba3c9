import { Button } from "@mantine/core";
import { IconCircle, IconCircleFilled, IconWand } from "@tabler/icons-react";
import type { FlowNode } from "../../../engine/core/flow.ts";
import { useDocument, useFlow } from "../../flow/flow-store.ts";
import type { NodeType } from "../../model/catalogue.ts";
import { setParams } from "../../model/edits.ts";
import { portsOf } from "../../model/ports.ts";
import { inLocale } from "../../model/words.ts";
import { useLocale, useWords } from "../../words/words.ts";
import { bothWords } from "../undo-label.ts";
import { panelWords } from "../words.ts";
import { Effects } from "./effects.tsx";
import { ExampleParams } from "./example-params.tsx";

/** What a node is for, an example to begin with, and where it leads. */
export function HelpTab({ node }: { readonly node: FlowNode }) {
  const words = useWords(panelWords);
  const locale = useLocale();
  const type = useFlow((state) => state.catalogue.get(node.type, node.version));
  if (!type) return <div className="form">{words.unknownTypeText(node.type)}</div>;
  return (
    <div className="form help">
      <section>
        <h3 className="section-title">{words.whatItDoes}</h3>
        <p>{type.help[locale]}</p>
      </section>
      <Example node={node} type={type} />
      <WaysOut node={node} />
      <Effects type={type} />
    </div>
  );
}

function Example({ node, type }: { readonly node: FlowNode; readonly type: NodeType }) {
  const words = useWords(panelWords);
  const locale = useLocale();
  const change = useFlow((state) => state.change);
  const locked = useFlow((state) => state.locked !== null);
  const catalogue = useFlow((state) => state.catalogue);
  const { title, params } = type.example;
  const isEmpty = Object.keys(params).length === 0;
  return (
    <section>
      <h3 className="section-title">{words.example}</h3>
      <p>{title[locale]}</p>
      <ExampleParams schema={type.params} params={params} />
      {!locked && !isEmpty && (
        <>
          <Button
            size="xs"
            variant="light"
            leftSection={<IconWand size={14} />}
            onClick={() =>
              change(bothWords("undoExample"), (flow) => setParams(flow, node.id, params, catalogue))
            }
          >
            {words.useExample}
          </Button>
          {Object.keys(node.data.params).length > 0 && <p className="field-hint">{words.exampleKept}</p>}
        </>
      )}
    </section>
  );
}

function WaysOut({ node }: { readonly node: FlowNode }) {
  const words = useWords(panelWords);
  const locale = useLocale();
  const flow = useDocument();
  const catalogue = useFlow((state) => state.catalogue);
  const ports = portsOf(node, catalogue);
  const used = new Set(
    flow.edges.filter(({ source }) => source === node.id).map(({ sourceHandle }) => sourceHandle),
  );
  return (
    <section>
      <h3 className="section-title">{words.waysOut}</h3>
      <ul className="ways-out">
        {ports.map(({ name, label }) => (
          <li key={name}>
            {used.has(name) ? (
              <IconCircleFilled size={9} aria-hidden="true" />
            ) : (
              <IconCircle size={9} aria-hidden="true" />
            )}
            <span>
              <strong>{inLocale(label, locale)}</strong>
              <span className="way-note">
                {used.has(name) ? words.attached : words.notAttached}
                {name === "error" && `. ${words.errorPort}`}
              </span>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
