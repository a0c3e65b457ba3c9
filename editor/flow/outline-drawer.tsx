import { Text } from "@mantine/core";
import { type OutlineItem, type OutlineStep, outlineOf } from "../model/outline.ts";
import { useLocale, useWords } from "../words/words.ts";
import { Drawer } from "./drawer.tsx";
import { useDocument, useFlow } from "./flow-store.ts";
import { flowWords } from "./words.ts";

/** The flow as a list: for screen readers, for phones, and for reading it through. */
export function OutlineDrawer({ inPlace = false }: { readonly inPlace?: boolean }) {
  const words = useWords(flowWords);
  const locale = useLocale();
  const flow = useDocument();
  const catalogue = useFlow((state) => state.catalogue);
  const parts = outlineOf(flow, catalogue, locale);
  const list = parts.map((items) => <Items key={items[0]?.nodeId ?? ""} items={items} />);
  if (inPlace)
    return (
      <nav className="drawer-body outline-in-place" aria-label={words.outline}>
        {list}
      </nav>
    );
  return (
    <Drawer title={words.outline} text={words.outlineText}>
      {list}
    </Drawer>
  );
}

function Items({ items }: { readonly items: readonly OutlineItem[] }) {
  return (
    <ol className="outline-list">
      {items.map((item) =>
        item.kind === "step" ? (
          <Step key={item.nodeId} step={item} />
        ) : (
          <li key={`to ${item.nodeId}`}>
            <Row nodeId={item.nodeId} title={item.text} essence={[]} />
          </li>
        ),
      )}
    </ol>
  );
}

function Step({ step }: { readonly step: OutlineStep }) {
  return (
    <li>
      <Row {...step} />
      {step.branches.map(({ port, label, items }) => (
        <div key={port} className="outline-branch">
          <span className="outline-port">{label}</span>
          <Items items={items} />
        </div>
      ))}
    </li>
  );
}

function Row(props: {
  readonly nodeId: string;
  readonly title: string;
  readonly essence: readonly string[];
}) {
  const focusNode = useFlow((state) => state.focusNode);
  const selected = useFlow((state) => state.selection.has(props.nodeId));
  return (
    <button
      type="button"
      className="row-button outline-row"
      data-outline={props.nodeId}
      aria-current={selected || undefined}
      onClick={() => focusNode(props.nodeId)}
    >
      <Text size="sm" fw={600}>
        {props.title}
      </Text>
      {props.essence.map((line) => (
        <Text key={line} size="xs" c="dimmed" lineClamp={2}>
          {line}
        </Text>
      ))}
    </button>
  );
}
