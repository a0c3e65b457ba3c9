import { IconRoute } from "@tabler/icons-react";
import { useNodeTypes } from "../api/node-types.ts";
import { Moment } from "../ui/moment.tsx";
import { NodeIcon } from "../ui/node-icon.tsx";
import { Row, RowName } from "../ui/rows.tsx";
import { FlowActivity } from "./flow-activity.tsx";
import type { FlowItem } from "./flow-item.ts";
import { FlowMenu } from "./flow-menu.tsx";
import { FlowState } from "./flow-state.tsx";
import { StartsInWords } from "./starts-in-words.tsx";

export function FlowRow({ flow }: { readonly flow: FlowItem }) {
  return (
    <Row>
      <StartIcon type={flow.starts[0]} />
      <RowName name={flow.name} text={flow.description ?? flow.key} to={`/flows/${flow.key}`} />
      <StartsInWords flow={flow} />
      <div className="flow-now">
        <FlowState published={flow.published} changed={flow.changed} />
        <FlowActivity flow={flow.key} />
      </div>
      <span className="row-text row-end">
        <Moment at={flow.updatedAt} />
      </span>
      <FlowMenu flow={flow} />
    </Row>
  );
}

function StartIcon({ type }: { readonly type: string | undefined }) {
  const found = useNodeTypes().get(type ?? "");
  const colour = `var(--family-${found?.family ?? "logic"})`;
  return (
    <span className="row-icon" style={{ color: colour }}>
      {found ? <NodeIcon name={found.icon} size={20} /> : <IconRoute size={20} aria-hidden="true" />}
    </span>
  );
}
