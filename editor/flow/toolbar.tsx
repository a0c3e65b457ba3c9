import { ActionIcon, Avatar, Badge, Button, Group, Menu, TextInput, Tooltip } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import {
  IconAlertCircle,
  IconArrowBackUp,
  IconArrowForwardUp,
  IconCircleCheck,
  IconCoins,
  IconDots,
  IconDownload,
  IconHistory,
  IconListTree,
  IconPhone,
  IconRocket,
  IconSearch,
} from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";
import type { Present } from "../../engine/core/live.ts";
import { exportBundle } from "../model/bundle.ts";
import { setDetails } from "../model/edits.ts";
import { present, redoLabel, undoLabel } from "../model/history.ts";
import { saveFile } from "../ui/save-file.ts";
import { useLocale, useWords } from "../words/words.ts";
import { type Drawer, useDocument, useFlow, useFlowStore } from "./flow-store.ts";
import { SaveState } from "./save-state.tsx";
import { TrafficButton } from "./traffic-button.tsx";
import { FLOW_LABELS, flowWords } from "./words.ts";

const PublishDialog = lazy(async () => ({ default: (await import("./publish-dialog.tsx")).PublishDialog }));

export function Toolbar({ people }: { readonly people: readonly Present[] }) {
  const words = useWords(flowWords);
  const showDrawer = useFlow((state) => state.showDrawer);
  const [publishing, setPublishing] = useState(false);
  useHotkeys([["mod+F", () => showDrawer("find")]]);
  return (
    <div className="flow-toolbar" role="toolbar" aria-label={words.toolbar}>
      <FlowName />
      <SaveState />
      <History />
      <People people={people} />
      <Group gap={6} ml="auto" wrap="nowrap">
        <ProblemsButton />
        <DrawerButton drawer="find" label={words.find} icon={<IconSearch size={18} aria-hidden="true" />} />
        <DrawerButton
          drawer="outline"
          label={words.outline}
          icon={<IconListTree size={18} aria-hidden="true" />}
        />
        <TrafficButton />
        <MoreMenu />
        <Button
          variant="default"
          size="sm"
          leftSection={<IconPhone size={16} aria-hidden="true" />}
          onClick={() => showDrawer("simulator")}
        >
          {words.simulate}
        </Button>
        <Button
          size="sm"
          leftSection={<IconRocket size={16} aria-hidden="true" />}
          onClick={() => setPublishing(true)}
        >
          {words.publish}
        </Button>
      </Group>
      {publishing && (
        <Suspense>
          <PublishDialog onClose={() => setPublishing(false)} />
        </Suspense>
      )}
    </div>
  );
}

function FlowName() {
  const words = useWords(flowWords);
  const { name } = useDocument();
  const change = useFlow((state) => state.change);
  const locked = useFlow((state) => state.locked);
  return (
    <TextInput
      className="flow-name"
      variant="unstyled"
      aria-label={words.rename}
      value={name}
      maxLength={120}
      readOnly={locked !== null}
      onChange={({ currentTarget: { value } }) => {
        if (value.trim() === "") return;
        change(FLOW_LABELS.renamed, (flow) => setDetails(flow, { name: value }), { mergeKey: "flow-name" });
      }}
    />
  );
}

function History() {
  const words = useWords(flowWords);
  const locale = useLocale();
  const history = useFlow((state) => state.history);
  const undo = useFlow((state) => state.undo);
  const redo = useFlow((state) => state.redo);
  const [past, next] = [undoLabel(history), redoLabel(history)];
  return (
    <Group gap={2} wrap="nowrap">
      <Tooltip label={past ? words.undoWhat(past[locale]) : words.undo}>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="lg"
          aria-label={past ? words.undoWhat(past[locale]) : words.undo}
          disabled={past === null}
          onClick={undo}
        >
          <IconArrowBackUp size={19} aria-hidden="true" />
        </ActionIcon>
      </Tooltip>
      <Tooltip label={next ? words.redoWhat(next[locale]) : words.redo}>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="lg"
          aria-label={next ? words.redoWhat(next[locale]) : words.redo}
          disabled={next === null}
          onClick={redo}
        >
          <IconArrowForwardUp size={19} aria-hidden="true" />
        </ActionIcon>
      </Tooltip>
    </Group>
  );
}

function People({ people }: { readonly people: readonly Present[] }) {
  const words = useWords(flowWords);
  if (people.length === 0) return null;
  return (
    <Tooltip label={words.here(people.map(({ name }) => name).join(", "))}>
      <Avatar.Group spacing={8}>
        {people.slice(0, 3).map(({ id, name }) => (
          <Avatar key={id} size={28} radius="xl" name={name} color="initials" />
        ))}
      </Avatar.Group>
    </Tooltip>
  );
}

function ProblemsButton() {
  const words = useWords(flowWords);
  const problems = useFlow((state) => state.problems);
  const toggle = useToggle("problems");
  const errors = problems.filter(({ severity }) => severity === "error").length;
  const Icon = problems.length === 0 ? IconCircleCheck : IconAlertCircle;
  return (
    <Button
      variant="subtle"
      size="sm"
      color={errors > 0 ? "red" : "gray"}
      leftSection={<Icon size={17} aria-hidden="true" />}
      aria-label={problems.length === 0 ? words.noProblems : words.problemCount(problems.length)}
      onClick={toggle}
    >
      <span className="problems-word">
        {problems.length === 0 ? words.noProblems : words.problemCount(problems.length)}
      </span>
      {problems.length > 0 && <span className="problems-count">{problems.length}</span>}
    </Button>
  );
}

function DrawerButton(props: {
  readonly drawer: Drawer;
  readonly label: string;
  readonly icon: React.ReactNode;
}) {
  const toggle = useToggle(props.drawer);
  const open = useFlow((state) => state.drawer === props.drawer);
  return (
    <Tooltip label={props.label}>
      <ActionIcon
        className={`${props.drawer}-toggle`}
        variant={open ? "light" : "subtle"}
        color={open ? "teal" : "gray"}
        size="lg"
        aria-label={props.label}
        aria-pressed={open}
        onClick={toggle}
      >
        {props.icon}
      </ActionIcon>
    </Tooltip>
  );
}

function MoreMenu() {
  const words = useWords(flowWords);
  const store = useFlowStore();
  const published = useFlow((state) => state.published);
  const versions = useToggle("versions");
  const cost = useToggle("cost");
  const save = () => {
    const { key, history, catalogue } = store.getState();
    saveFile(`${key}.flow.json`, exportBundle(present(history), catalogue), "application/json");
  };
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={words.more}>
          <IconDots size={19} aria-hidden="true" />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<IconHistory size={16} aria-hidden="true" />}
          rightSection={published === null ? null : <Badge variant="light">{published}</Badge>}
          onClick={versions}
        >
          {words.versions}
        </Menu.Item>
        <Menu.Item leftSection={<IconCoins size={16} aria-hidden="true" />} onClick={cost}>
          {words.costs}
        </Menu.Item>
        <Menu.Item leftSection={<IconDownload size={16} aria-hidden="true" />} onClick={save}>
          {words.export}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function useToggle(drawer: Drawer): () => void {
  const store = useFlowStore();
  return () => {
    const { drawer: open, showDrawer } = store.getState();
    showDrawer(open === drawer ? null : drawer);
  };
}
