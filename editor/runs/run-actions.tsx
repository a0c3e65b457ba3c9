import { ActionIcon, Button, Menu } from "@mantine/core";
import {
  IconBroadcast,
  IconDots,
  IconFileExport,
  IconLink,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerStop,
  IconRefresh,
  IconRestore,
} from "@tabler/icons-react";
import { useState } from "react";
import { Confirm } from "../ui/confirm.tsx";
import { saveFile } from "../ui/save-file.ts";
import { tellDone } from "../ui/tell.ts";
import { useWords } from "../words/words.ts";
import { useRun } from "./run-context.ts";
import { triggerOf } from "./run-overlay.ts";
import { isOver } from "./run-record.ts";
import { scenarioOfRun } from "./scenario-of-run.ts";
import { SignalDialog } from "./signal-dialog.tsx";
import { useRunChanges } from "./use-run-changes.ts";
import { runsWords } from "./words.ts";

/** What can be done with the whole run. */
export function RunActions() {
  const { run } = useRun();
  return (
    <div className="run-actions">
      {isOver(run) ? <OverActions /> : <OpenActions />}
      <MoreActions />
    </div>
  );
}

function OpenActions() {
  const words = useWords(runsWords);
  const { run } = useRun();
  const { pause, resume, cancel, busy } = useRunChanges(run.id);
  const [asking, setAsking] = useState(false);
  const paused = run.pausedAt !== null;
  return (
    <>
      <Button
        variant="default"
        size="sm"
        disabled={busy}
        leftSection={paused ? <IconPlayerPlay size={16} /> : <IconPlayerPause size={16} />}
        onClick={paused ? resume : pause}
      >
        {paused ? words.resume : words.pause}
      </Button>
      <Button
        variant="default"
        size="sm"
        disabled={busy}
        leftSection={<IconPlayerStop size={16} />}
        onClick={() => setAsking(true)}
      >
        {words.cancel}
      </Button>
      {asking && (
        <Confirm
          title={words.cancelTitle}
          text={words.cancelText}
          action={words.cancel}
          onConfirm={cancel}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}

function OverActions() {
  const words = useWords(runsWords);
  const { run, retryFrom } = useRun();
  const { node } = run;
  if (node === null || run.status === "succeeded") return null;
  return (
    <Button size="sm" leftSection={<IconRefresh size={16} />} onClick={() => retryFrom(node)}>
      {words.retry}
    </Button>
  );
}

function MoreActions() {
  const words = useWords(runsWords);
  const { run, flow, visits, retryFrom } = useRun();
  const [signalling, setSignalling] = useState(false);
  const start = flow && triggerOf(flow, run.trigger, visits[0]?.nodeId ?? run.node);
  const copyLink = () =>
    void navigator.clipboard.writeText(window.location.href).then(() => tellDone(words.linkCopied));
  const saveTest = () =>
    saveFile(
      `${run.flow}.scenario.json`,
      `${JSON.stringify(scenarioOfRun(run), null, 2)}\n`,
      "application/json",
    );
  return (
    <Menu position="bottom-end" width={280}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={words.more}>
          <IconDots size={19} aria-hidden="true" />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconLink size={16} />} onClick={copyLink}>
          {words.copyLink}
        </Menu.Item>
        <Menu.Item leftSection={<IconFileExport size={16} />} onClick={saveTest}>
          {words.copyTest}
          <span className="menu-hint">{words.copyTestText}</span>
        </Menu.Item>
        {!isOver(run) && (
          <Menu.Item leftSection={<IconBroadcast size={16} />} onClick={() => setSignalling(true)}>
            {words.signal}
          </Menu.Item>
        )}
        {isOver(run) && start && (
          <Menu.Item leftSection={<IconRestore size={16} />} onClick={() => retryFrom(start)}>
            {words.retryAll}
          </Menu.Item>
        )}
      </Menu.Dropdown>
      {signalling && <SignalDialog onClose={() => setSignalling(false)} />}
    </Menu>
  );
}
