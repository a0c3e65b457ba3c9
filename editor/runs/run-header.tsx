import { ActionIcon, Anchor, Tooltip } from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";
import { Link } from "react-router";
import { useTitle } from "../ui/page.tsx";
import { useWords } from "../words/words.ts";
import { creditsInWords, metersInWords } from "./credits-words.ts";
import { flowName } from "./flow-name.ts";
import { LiveSpan } from "./live-span.tsx";
import { Person } from "./person.tsx";
import { RunActions } from "./run-actions.tsx";
import { useRun } from "./run-context.ts";
import { RunKin } from "./run-kin.tsx";
import { isOver } from "./run-record.ts";
import { RunStateIcon } from "./run-state.tsx";
import { stateInWords } from "./state-in-words.ts";
import { isOwnFlow } from "./use-flow-document.ts";
import { runsWords } from "./words.ts";

/** Whose run it is, how it stands, and what can be done with it. */
export function RunHeader() {
  const words = useWords(runsWords);
  const { run, flow } = useRun();
  const name = flowName(run.flow, flow, words);
  const credits = creditsInWords(run.credits, words);
  useTitle(words.runOf(run.contactName ?? run.contact ?? name));
  return (
    <header className="run-head">
      <Tooltip label={words.back} openDelay={400}>
        <ActionIcon
          component={Link}
          to="/runs"
          variant="subtle"
          color="gray"
          size="lg"
          aria-label={words.back}
        >
          <IconArrowLeft size={20} />
        </ActionIcon>
      </Tooltip>
      <div className="run-title">
        <h1>
          {run.contactName !== null && <span className="run-name">{run.contactName}</span>}
          <Person name={run.contactName} phone={run.contact} />
        </h1>
        <p>
          {isOwnFlow(run.flow) || !flow ? (
            name
          ) : (
            <Anchor component={Link} to={`/flows/${run.flow}`} size="sm">
              {name}
            </Anchor>
          )}
          {run.version !== null && flow && ` · ${words.version(run.version)}`}
          <RunKin />
        </p>
      </div>
      <div className="run-facts">
        <span className="run-fact-state" role="status">
          <RunStateIcon status={run.status} paused={run.pausedAt !== null && !isOver(run)} size={18} />
          {stateInWords(run, words)}
        </span>
        <LiveSpan from={run.startedAt} to={run.endedAt} />
        {credits !== "" && <span title={metersInWords(run.credits, words)}>{credits}</span>}
      </div>
      <RunActions />
    </header>
  );
}
