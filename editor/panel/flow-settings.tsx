import { NumberInput, Select, Textarea, TextInput } from "@mantine/core";
import { useId } from "react";
import { FLOW_DEFAULTS, type Flow } from "../../engine/core/flow.ts";
import { useRead } from "../api/queries.ts";
import { useDocument, useFlow } from "../flow/flow-store.ts";
import { setDetails, setSettings } from "../model/edits.ts";
import { useWords } from "../words/words.ts";
import { FieldProblems } from "./fields/field-problems.tsx";
import { Foldable } from "./fields/fold.tsx";
import { FlowDuration } from "./flow-duration.tsx";
import { FlowVariables } from "./flow-variables.tsx";
import { LocalePicker } from "./locale-picker.tsx";
import { bothWords } from "./undo-label.ts";
import { ZonePicker } from "./widgets/zone-picker.tsx";
import { panelWords } from "./words.ts";

const POLICIES = ["parallel", "resume", "queue", "replace"] as const;

type Settings = Parameters<typeof setSettings>[1];

/** The flow as a whole. */
export function FlowSettings() {
  const words = useWords(panelWords);
  const flow = useDocument();
  const readOnly = useFlow((state) => state.locked !== null);
  const change = useFlow((state) => state.change);
  const ids = { zone: useId(), locale: useId() };
  const tenant = useRead("readMe", {}, { staleTime: 600_000 }).data?.tenant;
  const set = (settings: Settings, part: string) =>
    change(bothWords("undoSettings"), (before) => setSettings(before, settings), {
      mergeKey: `flow/${part}`,
    });
  const { settings } = flow;
  return (
    <div className="form">
      <h2 className="panel-title">{words.flowPanel}</h2>
      <FlowProblems />
      <FlowDetails flow={flow} readOnly={readOnly} />
      <div className="field">
        <label className="field-label" htmlFor={ids.zone}>
          {words.flowTimezone}
        </label>
        <ZonePicker
          id={ids.zone}
          value={settings.timezone ?? ""}
          placeholder={words.zoneOfTenant(tenant?.timezone ?? "…")}
          invalid={false}
          readOnly={readOnly}
          onChange={(timezone) => set({ timezone }, "timezone")}
        />
      </div>
      <div className="field">
        <label className="field-label" htmlFor={ids.locale}>
          {words.flowLocale}
        </label>
        <LocalePicker
          id={ids.locale}
          value={settings.locale ?? ""}
          readOnly={readOnly}
          onChange={(locale) => set({ locale }, "locale")}
        />
      </div>
      <Select
        label={words.contactPolicy}
        data={POLICIES.map((policy) => ({ value: policy, label: words.policies[policy] }))}
        value={settings.contactPolicy ?? null}
        placeholder={words.policyUsual}
        readOnly={readOnly}
        clearable
        clearButtonProps={{ "aria-label": words.clear }}
        onChange={(next) =>
          set({ contactPolicy: POLICIES.find((policy) => policy === next) }, "contactPolicy")
        }
      />
      <FlowVariables flow={flow} readOnly={readOnly} />
      <Foldable title={words.limits}>
        <NumberInput
          label={words.maxSteps}
          min={1}
          max={10_000}
          allowDecimal={false}
          value={settings.maxSteps ?? ""}
          placeholder={String(FLOW_DEFAULTS.maxSteps)}
          readOnly={readOnly}
          onChange={(next) => set({ maxSteps: next === "" ? undefined : Number(next) }, "maxSteps")}
        />
        <FlowDuration
          ms={settings.maxDurationMs}
          readOnly={readOnly}
          onChange={(maxDurationMs) => set({ maxDurationMs }, "maxDurationMs")}
        />
      </Foldable>
    </div>
  );
}

function FlowDetails({ flow, readOnly }: { readonly flow: Flow; readonly readOnly: boolean }) {
  const words = useWords(panelWords);
  const change = useFlow((state) => state.change);
  return (
    <>
      <TextInput
        label={words.flowName}
        value={flow.name}
        maxLength={120}
        error={flow.name.trim() === "" ? words.flowNameMissing : false}
        readOnly={readOnly}
        onChange={(event) => {
          const name = event.currentTarget.value;
          change(bothWords("undoSettings"), (before) => setDetails(before, { name }), {
            mergeKey: "flow/name",
          });
        }}
      />
      <Textarea
        label={words.flowDescription}
        autosize
        minRows={2}
        maxRows={8}
        maxLength={2000}
        value={flow.description ?? ""}
        readOnly={readOnly}
        onChange={(event) => {
          const description = event.currentTarget.value;
          change(bothWords("undoSettings"), (before) => setDetails(before, { description }), {
            mergeKey: "flow/description",
          });
        }}
      />
    </>
  );
}

/** What is wrong with the flow and with none of its nodes. */
function FlowProblems() {
  const problems = useFlow((state) => state.problems);
  const own = problems.filter(({ nodeId }) => nodeId === null);
  return own.length === 0 ? null : <FieldProblems problems={own} />;
}
