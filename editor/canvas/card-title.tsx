import { useFlow, useFlowStore } from "../flow/flow-store.ts";
import { setLabel } from "../model/edits.ts";
import { useWords } from "../words/words.ts";
import { useCanvasUi, useCanvasUiStore } from "./canvas-ui.ts";
import { focusCard } from "./focus-card.ts";
import { InlineName } from "./inline-name.tsx";
import { stepLabel } from "./step-label.ts";
import { canvasWords } from "./words.ts";

/** The author's name for a step, written over by F2 or a double click. */
export function CardTitle(props: {
  readonly id: string;
  readonly title: string;
  readonly label: string | undefined;
}) {
  const { id, title, label } = props;
  const store = useFlowStore();
  const ui = useCanvasUiStore();
  const words = useWords(canvasWords);
  const renaming = useCanvasUi((state) => state.renaming === id);
  const locked = useFlow((state) => state.locked !== null);
  const keep = (text: string | null) => {
    ui.setState({ renaming: null });
    focusCard(id);
    if (text === null || text === (label ?? "")) return;
    store.getState().change(
      stepLabel((did) => did.rename(text)),
      (flow) => setLabel(flow, id, text),
    );
  };
  if (renaming) {
    return <InlineName value={label ?? ""} placeholder={title} label={words.rename} onDone={keep} />;
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: F2 does the same for whoever has no mouse
    <span
      className="card-title"
      title={title}
      onDoubleClick={() => {
        if (!locked) ui.setState({ renaming: id });
      }}
    >
      {title}
    </span>
  );
}
