import { Button, Center, Loader } from "@mantine/core";
import { IconEye } from "@tabler/icons-react";
import { useState } from "react";
import { useNavigate } from "react-router";
import type { Flow } from "../../engine/core/flow.ts";
import { useCatalogue } from "../api/node-types.ts";
import { useRead } from "../api/queries.ts";
import { FlowCanvas } from "../canvas/flow-canvas.tsx";
import type { Catalogue } from "../model/catalogue.ts";
import { LazyPanel } from "../panel/lazy-panel.tsx";
import { useTitle } from "../ui/page.tsx";
import { ErrorState } from "../ui/states.tsx";
import { useWords } from "../words/words.ts";
import { createFlowStore, FlowStoreContext } from "./flow-store.ts";
import { flowWords } from "./words.ts";
import "./flow-screen.css";

/** A published version as it is, for looking at. */
export function VersionScreen({ flowKey, number }: { readonly flowKey: string; readonly number: number }) {
  const words = useWords(flowWords);
  const { catalogue, error } = useCatalogue();
  const version = useRead(
    "readVersion",
    { path: { key: flowKey, number } },
    { staleTime: Number.POSITIVE_INFINITY },
  );
  useTitle(words.version(number));
  const failure = error ?? version.error;
  if (failure) return <ErrorState error={failure} />;
  if (!catalogue || !version.data)
    return (
      <Center h="100%">
        <Loader aria-label={words.loadingFlow} />
      </Center>
    );
  return (
    <Version
      flowKey={flowKey}
      number={number}
      flow={version.data.document}
      at={version.data.publishedAt}
      catalogue={catalogue}
    />
  );
}

function Version(props: {
  readonly flowKey: string;
  readonly number: number;
  readonly flow: Flow;
  readonly at: string;
  readonly catalogue: Catalogue;
}) {
  const words = useWords(flowWords);
  const navigate = useNavigate();
  const [store] = useState(() => {
    const { flowKey: key, number, flow, at: updatedAt, catalogue } = props;
    const made = createFlowStore({
      key,
      flow,
      revision: 0,
      published: number,
      hookUrl: "",
      updatedAt,
      catalogue,
    });
    made.getState().set({ locked: "version" });
    return made;
  });
  return (
    <FlowStoreContext value={store}>
      <div className="flow-screen">
        <div className="banner" role="status">
          <IconEye size={16} aria-hidden="true" />
          <span>{words.viewing(props.number)}</span>
          <Button size="compact-sm" variant="default" onClick={() => navigate(`/flows/${props.flowKey}`)}>
            {words.backToDraft}
          </Button>
        </div>
        <div className="flow-body">
          <section className="flow-canvas">
            <FlowCanvas />
          </section>
          <LazyPanel />
        </div>
      </div>
    </FlowStoreContext>
  );
}
