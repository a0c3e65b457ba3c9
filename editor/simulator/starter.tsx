import { Button, JsonInput, Stack, Text } from "@mantine/core";
import { IconPlayerPlay } from "@tabler/icons-react";
import { useState } from "react";
import type { FlowNode } from "../../engine/core/flow.ts";
import type { Persona } from "../../engine/core/simulation.ts";
import { useDocument, useFlow } from "../flow/flow-store.ts";
import { jsonObject } from "../model/json-value.ts";
import { triggerSample } from "../model/trigger-sample.ts";
import { useWords } from "../words/words.ts";
import { useBegin } from "./use-begin.ts";
import { simulatorWords } from "./words.ts";

/** Begun by dialling or by writing, not with data. */
const SPOKEN = new Set(["twilio.incoming-call", "messaging.incoming"]);

/** Starts the flow at a trigger that is no call and no message, with data one may change first. */
export function Starter({ person }: { readonly person: Persona }) {
  const words = useWords(simulatorWords);
  const { nodes } = useDocument();
  const catalogue = useFlow((state) => state.catalogue);
  const triggers = nodes.filter(({ type }) => catalogue.get(type)?.kind === "trigger");
  if (triggers.length === 0)
    return (
      <Text size="sm" c="dimmed" my="md">
        {words.noStart}
      </Text>
    );
  return (
    <>
      {triggers
        .filter(({ type }) => !SPOKEN.has(type))
        .map((trigger) => (
          <StartAt key={trigger.id} trigger={trigger} person={person} />
        ))}
    </>
  );
}

function StartAt({ trigger, person }: { readonly trigger: FlowNode; readonly person: Persona }) {
  const words = useWords(simulatorWords);
  const catalogue = useFlow((state) => state.catalogue);
  const begin = useBegin();
  const [text, setText] = useState(() =>
    JSON.stringify(triggerSample(trigger, catalogue, person.phone), null, 2),
  );
  const input = jsonObject(text);
  return (
    <Stack gap="xs" my="sm">
      <JsonInput
        label={words.startData}
        value={text}
        onChange={setText}
        error={input === null && words.badJson}
        autosize
        minRows={3}
        maxRows={10}
        formatOnBlur
      />
      <Button
        leftSection={<IconPlayerPlay size={16} aria-hidden="true" />}
        disabled={input === null}
        onClick={() => input && void begin(person.phone, { kind: "start", trigger: trigger.id, input })}
      >
        {words.start}
      </Button>
    </Stack>
  );
}
