import { Badge, CopyButton, TextInput, Tooltip, UnstyledButton } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useState } from "react";
import type { FlowNode } from "../../../engine/core/flow.ts";
import { useFlow } from "../../flow/flow-store.ts";
import { completions, type Variable } from "../../model/variables.ts";
import { commonWords } from "../../words/common.ts";
import { useWords } from "../../words/words.ts";
import { useVariables } from "../node-form.tsx";
import { sampleText } from "../template/sample-text.ts";
import { panelWords } from "../words.ts";
import { Outputs } from "./outputs.tsx";

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
        <ul className="variables">
          {found.map((variable) => (
            <VariableLine key={`${variable.path} ${variable.source}`} variable={variable} />
          ))}
        </ul>
        {found.length === 0 && <p className="field-hint">{words.noData}</p>}
      </section>
      <Outputs node={node} />
    </div>
  );
}

function VariableLine({ variable }: { readonly variable: Variable }) {
  const words = useWords(panelWords);
  const common = useWords(commonWords);
  const { path, label, certain, sample } = variable;
  return (
    <li>
      <CopyButton value={`{{ ${path} }}`}>
        {({ copied, copy }) => (
          <Tooltip label={copied ? common.copied : `{{ ${path} }}`} openDelay={300} position="left">
            <UnstyledButton
              className="variable"
              aria-label={`${label}. ${words.copyPath(path)}`}
              onClick={copy}
            >
              <span className="variable-name">
                {label}
                {!certain && <span className="variable-maybe">{words.maybeData}</span>}
              </span>
              <span className="variable-sample">{copied ? common.copied : sampleText(sample, 28)}</span>
            </UnstyledButton>
          </Tooltip>
        )}
      </CopyButton>
    </li>
  );
}

/** How it went in the run or simulation that the canvas shows. */
function LastTime({ nodeId }: { readonly nodeId: string }) {
  const words = useWords(panelWords);
  const mark = useFlow((state) => state.overlay?.nodes.get(nodeId));
  if (!mark || mark.state === null) return null;
  return (
    <section>
      <h3 className="section-title">{words.lastRun}</h3>
      <div className="facts">
        <Badge variant="light" color={mark.state === "failed" ? "red" : "gray"}>
          {words.states[mark.state]}
        </Badge>
        {mark.ms !== null && <span className="tabular">{words.took(mark.ms)}</span>}
        {mark.credits !== null && <span className="tabular">{words.credits(mark.credits)}</span>}
      </div>
    </section>
  );
}
