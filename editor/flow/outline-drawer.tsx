import { Text } from "@mantine/core";
import { type OutlineItem, outlineOf } from "../model/outline.ts";
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
  const items = outlineOf(flow, catalogue, locale);
  const list = <Items items={items} />;
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
    <ul className="outline-list">
      {items.map((item) => (
        <Item key={item.key} item={item} />
      ))}
    </ul>
  );
}

function Item({ item }: { readonly item: OutlineItem }) {
  const focusNode = useFlow((state) => state.focusNode);
  const selected = useFlow((state) => state.selection.has(item.nodeId));
  return (
    <li>
      {item.port && <span className="outline-port">{item.port}</span>}
      <button
        type="button"
        className="row-button outline-row"
        aria-current={selected || undefined}
        onClick={() => focusNode(item.nodeId)}
      >
        <Text size="sm" fw={600}>
          {item.backTo ? `↩ ${item.title}` : item.title}
        </Text>
        {item.essence.map((line) => (
          <Text key={line} size="xs" c="dimmed" lineClamp={2}>
            {line}
          </Text>
        ))}
      </button>
      {item.children.length > 0 && <Items items={item.children} />}
    </li>
  );
}
