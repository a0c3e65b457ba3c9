import { Alert } from "@mantine/core";
import type { FlowNode } from "../../../engine/core/flow.ts";
import { useFlow } from "../../flow/flow-store.ts";
import { useLocale, useWords } from "../../words/words.ts";
import { Fields } from "../fields/fields.tsx";
import { FormContext, FormProblemsContext, FormValueContext } from "../fields/form.tsx";
import { useNodeForm, useNodeProblems } from "../node-form.tsx";
import { NodeSettings } from "../node-settings.tsx";
import { UnknownParams } from "../unknown-params.tsx";
import { panelWords } from "../words.ts";

/** The parameters of a node. */
export function ConfigureTab({ node }: { readonly node: FlowNode }) {
  const words = useWords(panelWords);
  const locale = useLocale();
  const form = useNodeForm(node);
  const problems = useNodeProblems(node.id);
  const catalogue = useFlow((state) => state.catalogue);
  if (!form.type) {
    return (
      <div className="form">
        <Alert color="gray" title={words.unknownType}>
          {words.unknownTypeText(node.type)}
        </Alert>
        <pre className="raw">{JSON.stringify(node.data.params, null, 2)}</pre>
      </div>
    );
  }
  const newer = form.type.replacedBy === undefined ? undefined : catalogue.get(form.type.replacedBy);
  return (
    <FormContext value={form}>
      <FormValueContext value={node.data.params}>
        <FormProblemsContext value={problems}>
          <div className="form">
            {newer && <Alert color="yellow">{words.retired(newer.title[locale])}</Alert>}
            <Fields schema={form.schema} value={node.data.params} path={[]} />
            <UnknownParams />
            <NodeSettings node={node} />
          </div>
        </FormProblemsContext>
      </FormValueContext>
    </FormContext>
  );
}
