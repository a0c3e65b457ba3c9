import { Button, Text } from "@mantine/core";
import { IconHeadset, IconPhoneOff } from "@tabler/icons-react";
import { useWords } from "../words/words.ts";
import { useSimulation } from "./simulation-context.ts";
import type { HoldingView } from "./simulation-view.ts";
import { simulatorWords } from "./words.ts";

/** The call waits in a queue or a conference: a second phone takes it as an agent, and hangs up again. */
export function Holding({ holding }: { readonly holding: HoldingView }) {
  const words = useWords(simulatorWords);
  const act = useSimulation((state) => state.act);
  const { callId, place, name, state, agentCallId } = holding;
  const attended = state === "attended" && agentCallId !== null;
  return (
    <div className="ringing" role="status">
      <Text size="sm" fw={600}>
        {attended ? words.agentTalks : words.holdingIn[place](name)}
      </Text>
      {attended ? (
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconPhoneOff size={16} aria-hidden="true" />}
          onClick={() => void act({ kind: "hangup", callId: agentCallId })}
        >
          {words.agentHangsUp}
        </Button>
      ) : (
        <Button
          size="compact-sm"
          leftSection={<IconHeadset size={16} aria-hidden="true" />}
          onClick={() => void act({ kind: "attend", callId })}
        >
          {words.attend}
        </Button>
      )}
    </div>
  );
}
