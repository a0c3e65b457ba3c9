import { useDocument } from "../../flow/flow-store.ts";
import type { Variable } from "../../model/variables.ts";
import { useWords } from "../../words/words.ts";
import { Foldable } from "../fields/fold.tsx";
import { readable } from "../form/read-schema.ts";
import { panelWords } from "../words.ts";
import { VariableLine } from "./variable-line.tsx";

/** What there is, by where it comes from: nearest first, and only that open. */
export function VariableGroups({ variables }: { readonly variables: readonly Variable[] }) {
  const words = useWords(panelWords);
  const flow = useDocument();
  const titles: Readonly<Record<string, string>> = words.sources;
  const groups = [...Map.groupBy(variables, groupOf)];
  const titleOf = (group: string): string =>
    titles[group] ?? flow.nodes.find(({ id }) => id === group)?.data.label ?? readable(group);
  return (
    <div className="variable-groups">
      {groups.map(([group, members], index) => (
        <Foldable key={group} title={titleOf(group)} note={String(members.length)} forced={index === 0}>
          <ul className="variables">
            {members.map((variable) => (
              <VariableLine
                key={`${variable.path} ${variable.source}`}
                variable={variable}
                name={nameIn(variable)}
              />
            ))}
          </ul>
        </Foldable>
      ))}
    </div>
  );
}

/** A step by its id, everything else by what it is a part of. */
function groupOf({ path }: Variable): string {
  const [root = "", step = ""] = path.split(".");
  if (root === "steps") return step;
  return root === "now" ? "run" : root;
}

/** The heading says already where it comes from. */
function nameIn({ label }: Variable): string {
  return label.includes(" › ") ? label.slice(label.indexOf(" › ") + 3) : label;
}
