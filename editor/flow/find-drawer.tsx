import { Stack, Text, TextInput, Title } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useNavigate } from "react-router";
import type { Flow } from "../../engine/core/flow.ts";
import { call } from "../api/client.ts";
import { groupKey, noteKey } from "../canvas/canvas-ids.ts";
import { findInFlow, type Hit } from "../model/find.ts";
import { useLocale, useWords } from "../words/words.ts";
import { Drawer } from "./drawer.tsx";
import { useDocument, useFlow } from "./flow-store.ts";
import { readDraft } from "./read-draft.ts";
import { flowWords } from "./words.ts";

/** Looks for a text in the flow that is open, and in all others. */
export function FindDrawer() {
  const words = useWords(flowWords);
  const [text, setText] = useState("");
  const [wanted] = useDebouncedValue(text.trim(), 150);
  return (
    <Drawer title={words.find}>
      <TextInput
        value={text}
        onChange={({ currentTarget }) => setText(currentTarget.value)}
        placeholder={words.findPlaceholder}
        aria-label={words.find}
        leftSection={<IconSearch size={16} aria-hidden="true" />}
        data-autofocus
        autoFocus
        mb="sm"
      />
      {wanted.length > 1 && <Here text={wanted} />}
      {wanted.length > 1 && <Elsewhere text={wanted} />}
    </Drawer>
  );
}

function Here({ text }: { readonly text: string }) {
  const words = useWords(flowWords);
  const flow = useDocument();
  const focusNode = useFlow((state) => state.focusNode);
  const select = useFlow((state) => state.select);
  // With nothing selected the panel shows the flow's own name and variables.
  const open = (key: string | null) => (key === null ? select([]) : focusNode(key));
  return <Hits title={words.findHere} flow={flow} text={text} onOpen={open} />;
}

function Elsewhere({ text }: { readonly text: string }) {
  const words = useWords(flowWords);
  const key = useFlow((state) => state.key);
  const navigate = useNavigate();
  const others = useQuery({ queryKey: ["all-flows"], queryFn: allFlows, staleTime: 60_000 });
  const flows = (others.data ?? []).filter((flow) => flow.key !== key);
  return (
    <>
      {flows.map((flow) => (
        <Hits
          key={flow.key}
          title={flow.name}
          flow={flow}
          text={text}
          quiet
          onOpen={(key) =>
            navigate(`/flows/${flow.key}${key === null ? "" : `?node=${encodeURIComponent(key)}`}`)
          }
        />
      ))}
      {others.isPending && (
        <Text size="xs" c="dimmed">
          {words.findEverywhere}…
        </Text>
      )}
    </>
  );
}

function Hits(props: {
  readonly title: string;
  readonly flow: Flow;
  readonly text: string;
  /** Says nothing where nothing was found. */
  readonly quiet?: boolean;
  /** With what the canvas knows the place by; null: the flow itself. */
  readonly onOpen: (key: string | null) => void;
}) {
  const words = useWords(flowWords);
  const locale = useLocale();
  const catalogue = useFlow((state) => state.catalogue);
  const hits = findInFlow(props.flow, props.text, catalogue, locale);
  if (hits.length === 0 && props.quiet) return null;
  return (
    <Stack gap={6} mb="md">
      <Title order={3} size="h6">
        {props.title}
      </Title>
      {hits.length === 0 && (
        <Text size="sm" c="dimmed">
          {words.findNothing}
        </Text>
      )}
      {hits.map(({ nodeId, where, path, title, excerpt, match: [from, to] }) => (
        <button
          key={`${nodeId} ${where} ${title} ${path.join(".")} ${from} ${excerpt}`}
          type="button"
          className="row-button"
          onClick={() => props.onOpen(placeOf({ nodeId, where, path }))}
        >
          <Text size="sm" lineClamp={2}>
            {excerpt.slice(0, from)}
            <mark>{excerpt.slice(from, to)}</mark>
            {excerpt.slice(to)}
          </Text>
          <Text size="xs" c="dimmed">
            {nodeId === null ? title : `${nodeId} · ${title}`}
          </Text>
        </button>
      ))}
    </Stack>
  );
}

function placeOf({ nodeId, where, path }: Pick<Hit, "nodeId" | "where" | "path">): string | null {
  if (where === "canvas-note") return noteKey(`${path[0]}`);
  return where === "group" ? groupKey(`${path[0]}`) : nodeId;
}

async function allFlows(): Promise<readonly Flow[]> {
  const keys: string[] = [];
  let cursor: string | null = null;
  do {
    const { data }: Awaited<ReturnType<typeof page>> = await page(cursor);
    keys.push(...data.items.map(({ key }) => key));
    cursor = data.nextCursor;
  } while (cursor !== null);
  return Promise.all(keys.map(async (key) => (await readDraft(key)).draft));
}

function page(cursor: string | null) {
  return call("listFlows", { query: { limit: 100, ...(cursor === null ? {} : { cursor }) } });
}
