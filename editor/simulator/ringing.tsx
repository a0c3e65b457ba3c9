import { Button, Group, Text } from "@mantine/core";
import { IconPhoneIncoming } from "@tabler/icons-react";
import { readable } from "../ui/phone-number.tsx";
import { useWords } from "../words/words.ts";
import { useSimulation } from "./simulation-context.ts";
import type { CallView } from "./simulation-view.ts";
import { simulatorWords } from "./words.ts";

const WAYS = ["answer", "busy", "no-answer", "machine", "decline"] as const;

/** Another phone rings because the flow calls it, or puts the caller through: how is it met? */
export function Ringing({ call }: { readonly call: CallView }) {
  const words = useWords(simulatorWords);
  const act = useSimulation((state) => state.act);
  const to = readable(call.to).national;
  return (
    <div className="ringing" role="alert">
      <Group gap="xs" wrap="nowrap">
        <IconPhoneIncoming size={20} aria-hidden="true" />
        <Text size="sm" fw={600}>
          {call.direction === "forwarded" ? words.forwardedTo(to) : words.incomingTo(to)}
        </Text>
      </Group>
      <Text size="xs" c="dimmed">
        {words.answerHow}
      </Text>
      <Group gap={6}>
        {WAYS.map((how) => (
          <Button
            key={how}
            size="compact-sm"
            variant={how === "answer" ? "filled" : "default"}
            onClick={() => void act({ kind: "answer", how, callId: call.callId })}
          >
            {words.answers[how]}
          </Button>
        ))}
      </Group>
    </div>
  );
}
