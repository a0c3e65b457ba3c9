import { ActionIcon, Alert, Menu, SegmentedControl, Select, Text, Tooltip } from "@mantine/core";
import {
  IconAlertTriangle,
  IconClock,
  IconDeviceFloppy,
  IconPlayerTrackNext,
  IconRefresh,
  IconShieldCheck,
  IconZzz,
} from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { type Persona, SIMULATED_FAULTS } from "../../engine/core/simulation.ts";
import { call, failureOf } from "../api/client.ts";
import { useRead } from "../api/queries.ts";
import { Drawer } from "../flow/drawer.tsx";
import { useDocument, useFlow, useFlowStore } from "../flow/flow-store.ts";
import { saveFile } from "../ui/save-file.ts";
import { tellDone, tellFailure } from "../ui/tell.ts";
import { failureText } from "../words/failures.ts";
import { useLocale, useWords } from "../words/words.ts";
import { Chat } from "./chat.tsx";
import { Phone } from "./phone.tsx";
import { SimulationContext, useSimulation } from "./simulation-context.ts";
import { simulationOverlay } from "./simulation-overlay.ts";
import { createSimulation } from "./simulation-store.ts";
import { Starter } from "./starter.tsx";
import { Steps } from "./steps.tsx";
import { simulatorWords } from "./words.ts";
import "./simulator.css";

/** A phone and a chat beside the canvas: the draft runs for real, among vendors that are not. */
export function SimulatorDrawer() {
  const [simulation] = useState(createSimulation);
  useEffect(() => () => simulation.getState().end(), [simulation]);
  return (
    <SimulationContext value={simulation}>
      <Simulator />
    </SimulationContext>
  );
}

type Face = "phone" | "chat";

function Simulator() {
  const words = useWords(simulatorWords);
  const locale = useLocale();
  const first = useFirstFace();
  const [face, setFace] = useState<Face>(first);
  const personas = usePersonas();
  const [chosen, setChosen] = useState<string | null>(null);
  const person = personas.find(({ phone }) => phone === chosen) ?? personas[0];
  const failure = useSimulation((state) => state.failure);
  const problem = useSimulation((state) => state.view.problem);
  useOverlay();
  useFollow();
  return (
    <Drawer title={words.title} actions={<Actions persona={person?.phone ?? null} />}>
      <Text size="xs" className="simulator-banner">
        <IconShieldCheck size={15} aria-hidden="true" /> {words.banner}
      </Text>
      <Select
        label={words.as}
        size="xs"
        my="xs"
        allowDeselect={false}
        data={personas.map(({ phone, name }) => ({ value: phone, label: name[locale] }))}
        value={person?.phone ?? null}
        onChange={setChosen}
        renderOption={({ option }) => (
          <PersonaOption persona={personas.find(({ phone }) => phone === option.value)} />
        )}
      />
      <SegmentedControl
        fullWidth
        size="xs"
        aria-label={words.title}
        value={face}
        onChange={(value) => setFace(value as Face)}
        data={[
          { value: "phone", label: words.phone },
          { value: "chat", label: words.chat },
        ]}
      />
      {(failure || problem) && (
        <Alert role="alert" color="red" variant="light" my="xs" icon={<IconAlertTriangle size={16} />}>
          {failure ? failureText(failure, locale) : problem}
        </Alert>
      )}
      {person && face === "phone" && <Phone person={person} />}
      {person && face === "chat" && <Chat person={person} />}
      {person && <Starter person={person} />}
      <Steps />
    </Drawer>
  );
}

function PersonaOption({ persona }: { readonly persona: Persona | undefined }) {
  const locale = useLocale();
  if (!persona) return null;
  return (
    <div>
      <Text size="sm">{persona.name[locale]}</Text>
      <Text size="xs" c="dimmed">
        {persona.detail[locale]}
      </Text>
    </div>
  );
}

/** A flow that begins with a message begins in the chat. */
function useFirstFace(): Face {
  const { nodes } = useDocument();
  return nodes.some(({ type }) => type === "twilio.incoming-call") ? "phone" : "chat";
}

const NOBODY: readonly Persona[] = [];

function usePersonas(): readonly Persona[] {
  const { data } = useRead("listPersonas", {}, { staleTime: Number.POSITIVE_INFINITY });
  return (data?.items as readonly Persona[] | undefined) ?? NOBODY;
}

/** Lights up the canvas as the flow goes, and leaves it dark again. */
function useOverlay(): void {
  const view = useSimulation((state) => state.view);
  const flow = useSimulation((state) => state.flow);
  const showOverlay = useFlow((state) => state.showOverlay);
  useEffect(() => {
    showOverlay(flow ? simulationOverlay(view, flow) : null);
  }, [view, flow, showOverlay]);
  useEffect(() => () => showOverlay(null), [showOverlay]);
}

/** The canvas goes along with the flow. */
function useFollow(): void {
  const store = useFlowStore();
  const nodeId = useSimulation(({ view }) => view.steps.at(-1)?.nodeId ?? null);
  const step = useSimulation(({ view }) => view.steps.length);
  useEffect(() => {
    if (nodeId !== null) store.getState().set({ focus: { nodeId, at: step } });
  }, [store, nodeId, step]);
}

const SKIPS = { hour: 3_600_000, day: 86_400_000, week: 604_800_000 } as const;

function Actions({ persona }: { readonly persona: string | null }) {
  const words = useWords(simulatorWords);
  const id = useSimulation((state) => state.id);
  const act = useSimulation((state) => state.act);
  const start = useSimulation((state) => state.start);
  const flow = useDocument();
  const skips = Object.entries(SKIPS) as [keyof typeof SKIPS, number][];
  return (
    <>
      <Clock />
      <Menu position="bottom-end">
        <Menu.Target>
          <Tooltip label={words.skip}>
            <ActionIcon variant="subtle" color="gray" aria-label={words.skip} disabled={id === null}>
              <IconPlayerTrackNext size={18} aria-hidden="true" />
            </ActionIcon>
          </Tooltip>
        </Menu.Target>
        <Menu.Dropdown>
          {skips.map(([name, ms]) => (
            <Menu.Item
              key={name}
              leftSection={<IconZzz size={14} />}
              onClick={() => void act({ kind: "skip", ms })}
            >
              {words.skips[name]}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <Faults />
      <KeepButton />
      <Tooltip label={words.restart}>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={words.restart}
          disabled={persona === null}
          onClick={() => persona !== null && void start(flow, persona)}
        >
          <IconRefresh size={18} aria-hidden="true" />
        </ActionIcon>
      </Tooltip>
    </>
  );
}

function Clock() {
  const words = useWords(simulatorWords);
  const locale = useLocale();
  const timeZone = useDocument().settings.timezone;
  const now = useSimulation((state) => state.view.now);
  if (now === null) return null;
  const options = {
    weekday: "short",
    hour: "2-digit",
    minute: "2-digit",
    ...(timeZone ? { timeZone } : {}),
  } as const;
  return (
    <Tooltip label={words.clock}>
      <Text size="xs" c="dimmed" className="tabular simulator-clock">
        <IconClock size={13} aria-hidden="true" />{" "}
        {new Intl.DateTimeFormat(locale, options).format(new Date(now))}
      </Text>
    </Tooltip>
  );
}

function Faults() {
  const words = useWords(simulatorWords);
  const faults = useSimulation((state) => state.faults);
  const id = useSimulation((state) => state.id);
  const act = useSimulation((state) => state.act);
  return (
    <Menu position="bottom-end" closeOnItemClick={false}>
      <Menu.Target>
        <Tooltip label={words.faults}>
          <ActionIcon
            variant={faults.size > 0 ? "light" : "subtle"}
            color={faults.size > 0 ? "orange" : "gray"}
            aria-label={words.faults}
            disabled={id === null}
          >
            <IconAlertTriangle size={18} aria-hidden="true" />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        {SIMULATED_FAULTS.map((fault) => (
          <Menu.Item
            key={fault}
            role="menuitemcheckbox"
            aria-checked={faults.has(fault)}
            leftSection={faults.has(fault) ? "✓" : " "}
            onClick={() => void act({ kind: "fault", fault, on: !faults.has(fault) })}
          >
            {words.faultWords[fault]}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function KeepButton() {
  const words = useWords(simulatorWords);
  const locale = useLocale();
  const id = useSimulation((state) => state.id);
  const steps = useSimulation((state) => state.view.steps.length);
  const keep = async () => {
    if (id === null) return;
    try {
      const { data } = await call("readSimulationScenario", { path: { id } });
      saveFile("scenario.json", JSON.stringify(data, null, 2), "application/json");
      tellDone(words.kept);
    } catch (error) {
      tellFailure(failureOf(error), locale);
    }
  };
  return (
    <Tooltip label={words.keep}>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={words.keep}
        disabled={steps === 0}
        onClick={() => void keep()}
      >
        <IconDeviceFloppy size={18} aria-hidden="true" />
      </ActionIcon>
    </Tooltip>
  );
}
