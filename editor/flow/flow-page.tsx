import { Center, Loader } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useParams, useSearchParams } from "react-router";
import { useCatalogue } from "../api/node-types.ts";
import { useTitle } from "../ui/page.tsx";
import { ErrorState } from "../ui/states.tsx";
import { useWords } from "../words/words.ts";
import { FlowScreen } from "./flow-screen.tsx";
import { createFlowStore, FlowStoreContext, type OpenedFlow } from "./flow-store.ts";
import { readDraft } from "./read-draft.ts";
import { VersionScreen } from "./version-screen.tsx";
import { flowWords } from "./words.ts";

/** `/flows/:key`; `?version=3` looks at what was published, `?simulate` opens with the phone beside it. */
export function FlowPage() {
  const { key = "" } = useParams();
  const [search] = useSearchParams();
  const version = Number(search.get("version"));
  return version > 0 ? (
    <VersionScreen key={`${key}@${version}`} flowKey={key} number={version} />
  ) : (
    <DraftPage key={key} flowKey={key} />
  );
}

function DraftPage({ flowKey }: { readonly flowKey: string }) {
  const words = useWords(flowWords);
  const { catalogue, error, refetch } = useCatalogue();
  // Read once, never from the cache: from here on the store has it, and saving keeps both together.
  const draft = useQuery({
    queryKey: ["open-flow", flowKey],
    queryFn: () => readDraft(flowKey),
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
  });
  // A later refusal takes nothing off the screen that is there already.
  const failure = (catalogue ? null : error) ?? (draft.data ? null : draft.error);
  if (failure)
    return <ErrorState error={failure} onRetry={() => void Promise.all([refetch(), draft.refetch()])} />;
  if (!catalogue || !draft.data)
    return (
      <Center h="100%">
        <Loader aria-label={words.loadingFlow} />
      </Center>
    );
  const { name, revision, published, hookUrl, updatedAt, draft: flow } = draft.data;
  return (
    <OpenFlow
      title={name}
      opened={{
        key: flowKey,
        flow,
        revision,
        published,
        hookUrl,
        updatedAt,
        catalogue,
      }}
    />
  );
}

/** Mounted once for a flow: what the server says later does not throw away what is on the screen. */
function OpenFlow({ opened, title }: { readonly opened: OpenedFlow; readonly title: string }) {
  const [search] = useSearchParams();
  const [store] = useState(() => {
    const made = createFlowStore(opened);
    if (search.has("simulate")) made.getState().showDrawer("simulator");
    const node = search.get("node");
    if (node !== null) made.getState().focusNode(node);
    return made;
  });
  useTitle(title);
  return (
    <FlowStoreContext value={store}>
      <FlowScreen />
    </FlowStoreContext>
  );
}
