import { Anchor } from "@mantine/core";
import { Link } from "react-router";
import { useWords } from "../words/words.ts";
import { useRun } from "./run-context.ts";
import { runsWords } from "./words.ts";

/** The run it is part of, and the one it takes up again. */
export function RunKin() {
  const words = useWords(runsWords);
  const { parentRunId, retryOf } = useRun().run;
  return (
    <>
      {parentRunId !== null && (
        <>
          {" · "}
          <Anchor component={Link} to={`/runs/${parentRunId}`} size="sm">
            {words.parent}
          </Anchor>
        </>
      )}
      {retryOf !== null && (
        <>
          {" · "}
          <Anchor component={Link} to={`/runs/${retryOf.runId}`} size="sm">
            {words.retryOf}
          </Anchor>
        </>
      )}
    </>
  );
}
