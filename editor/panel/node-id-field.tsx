import { Popover, TextInput, UnstyledButton } from "@mantine/core";
import { useState } from "react";
import { type FlowNode, SLUG } from "../../engine/core/flow.ts";
import { useDocument, useFlow } from "../flow/flow-store.ts";
import { renameNode } from "../model/edits.ts";
import { useWords } from "../words/words.ts";
import { bothWords } from "./undo-label.ts";
import { panelWords } from "./words.ts";

/** The id other nodes name it by. Changing it changes them, too. */
export function NodeIdField({ node }: { readonly node: FlowNode }) {
  const words = useWords(panelWords);
  const flow = useDocument();
  const change = useFlow((state) => state.change);
  const select = useFlow((state) => state.select);
  const locked = useFlow((state) => state.locked !== null);
  const [draft, setDraft] = useState<string | null>(null);
  const id = draft ?? node.id;
  const fault = faultOf(id, { isTaken: id !== node.id && flow.nodes.some((each) => each.id === id) });
  const close = () => setDraft(null);
  const keep = () => {
    if (fault === null && id !== node.id) {
      change(bothWords("undoId"), (before) => renameNode(before, node.id, id));
      select([id]);
    }
    close();
  };
  return (
    <Popover
      opened={draft !== null}
      onDismiss={close}
      position="bottom-start"
      width={280}
      withinPortal
      trapFocus
      returnFocus
    >
      <Popover.Target>
        <UnstyledButton
          className="node-id"
          title={words.idHint}
          aria-label={`${words.idOf}: ${node.id}`}
          disabled={locked}
          onClick={() => setDraft(draft === null ? node.id : null)}
        >
          {node.id}
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            keep();
          }}
        >
          <TextInput
            label={words.idOf}
            description={words.idHint}
            error={fault === null ? false : words[fault]}
            value={id}
            spellCheck={false}
            autoCapitalize="off"
            data-autofocus
            onChange={(event) => setDraft(event.currentTarget.value)}
          />
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}

function faultOf(id: string, { isTaken }: { readonly isTaken: boolean }): "idBad" | "idTaken" | null {
  if (!new RegExp(SLUG).test(id)) return "idBad";
  return isTaken ? "idTaken" : null;
}
