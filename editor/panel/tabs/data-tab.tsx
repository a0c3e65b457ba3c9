import { Badge, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useState } from "react";
import type { FlowNode } from "../../../engine/core/flow.ts";
import { useFlow } from "../../flow/flow-store.ts";
import { shortSpan } from "../../model/span-words.ts";
import { completions } from "../../model/variables.ts";
import { JsonText } from "../../ui/json-text.tsx";
import { useLocale, useWords } from "../../words/words.ts";
import { useVariables } from "../node-form.tsx";
import { panelWords } from "../words.ts";
import { Outputs } from "./outputs.tsx";
import { TestNode } from "./test-node.tsx";
import { VariableGroups } from "./variable-groups.tsx";
import { VariableLine } from "./variable-line.tsx";

/** What a node can use, and what it leaves for those after it. */
export function DataTab({ node }: { readonly node: FlowNode }) {
  const words = useWords(panelWords);
  const variables = useVariables(node.id);
  const [text, setText] = useState("");
  const found = completions(variables, text);
  return (
    <div className="form">
      <LastTime nodeId={node.id} />
      <section>
        <h3 className="section-title">{words.sees}</h3>
        <p className="field-hint">{words.seesText}</p>
        <TextInput
          my={8}
          aria-label={words.findData}
          placeholder={words.findData}
          leftSection={<IconSearch size={15} aria-hidden="true" />}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        {text.trim() === "" ? (
          <VariableGroups variables={variables} />
        ) : (
          <ul className="variables">
            {found.map((variable) => (
              <VariableLine
                key={`${variable.path} ${variable.source}`}
                variable={variable}
                name={variable.label}
              />
            ))}
          </ul>
        )}
        {found.length === 0 && <p className="field-hint">{words.noData}</p>}
      </section>
      <Outputs node={node} />
      <TestNode node={node} />
    </div>
  );
}

/** How it went in the run or simulation that the canvas shows. */
function LastTime({ nodeId }: { readonly nodeId: string }) {
  const words = useWords(panelWords);
  const locale = useLocale();
  const mark = useFlow((state) => state.overlay?.nodes.get(nodeId));
  if (!mark || mark.state === null) return null;
  return (
    <section>
      <h3 className="section-title">{words.lastRun}</h3>
      <div className="facts">
        <Badge variant="light" color={mark.state === "failed" ? "red" : "gray"}>
          {words.states[mark.state]}
        </Badge>
        {mark.ms !== null && <span className="tabular">{shortSpan(mark.ms, locale)}</span>}
        {mark.credits !== null && <span className="tabular">{words.credits(mark.credits)}</span>}
      </div>
      {mark.last && (
        <>
          <p className="field-hint">{words.lastIn}</p>
          <JsonText value={mark.last.params} />
          <p className="field-hint">{words.lastOut}</p>
          <JsonText value={mark.last.output} />
        </>
      )}
    </section>
  );
}
