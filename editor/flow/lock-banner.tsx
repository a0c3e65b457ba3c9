import { Button } from "@mantine/core";
import { IconLock } from "@tabler/icons-react";
import type { Present } from "../../engine/core/live.ts";
import { useWords } from "../words/words.ts";
import { useFlow, useFlowStore } from "./flow-store.ts";
import { takeOver } from "./presence.ts";
import { flowWords } from "./words.ts";

/** Why nothing can be changed, and the way out. */
export function LockBanner({ people }: { readonly people: readonly Present[] }) {
  const words = useWords(flowWords);
  const store = useFlowStore();
  const locked = useFlow((state) => state.locked);
  if (locked !== "elsewhere") return null;
  const who = people.find(({ editing }) => editing)?.name ?? people[0]?.name ?? "–";
  return (
    <div className="banner" role="status">
      <IconLock size={16} aria-hidden="true" />
      <span>{words.elsewhere(who)}</span>
      <Button size="compact-sm" variant="default" onClick={() => takeOver(store)}>
        {words.takeOver}
      </Button>
    </div>
  );
}
