import { IconDialpad, IconEar, IconVolume } from "@tabler/icons-react";
import type { FlowNode } from "../../engine/core/flow.ts";
import { useWords } from "../words/words.ts";
import { useRun } from "./run-context.ts";
import { heardAt, saidAt } from "./spoken.ts";
import type { Visit } from "./timeline.ts";
import { runsWords } from "./words.ts";

/** What was said aloud at a step, and what the person answered. */
export function SpokenLines({ visit, node }: { readonly visit: Visit; readonly node: FlowNode | undefined }) {
  const words = useWords(runsWords);
  const { run, visits } = useRun();
  const said = saidAt(visit, node, run, visits);
  const heard = heardAt(visit);
  const HeardIcon = heard?.kind === "pressed" ? IconDialpad : IconEar;
  return (
    <>
      {said !== null && (
        <p className="run-spoken" data-by="flow">
          <IconVolume size={15} aria-hidden="true" />
          <span>
            <b className="run-hidden">{words.said}: </b>
            {said}
          </span>
        </p>
      )}
      {heard && (
        <p className="run-spoken" data-by="person">
          <HeardIcon size={15} aria-hidden="true" />
          <span>
            {heard.kind === "pressed" ? words.pressed : words.answered}: <b>{heard.text}</b>
          </span>
        </p>
      )}
    </>
  );
}
