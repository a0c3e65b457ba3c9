import { Badge, Tooltip } from "@mantine/core";
import { IconCircleCheck, IconPencil, IconPencilExclamation } from "@tabler/icons-react";
import { useWords } from "../words/words.ts";
import { flowsWords } from "./words.ts";

/** Whether a flow runs, and whether what is drawn is what runs. */
export function FlowState(props: { readonly published: number | null; readonly changed: boolean }) {
  const words = useWords(flowsWords);
  const { published, changed } = props;
  if (published === null)
    return <State colour="gray" icon={<IconPencil size={13} />} text={words.draft} help={words.draftHelp} />;
  if (!changed)
    return (
      <State
        colour="teal"
        icon={<IconCircleCheck size={13} />}
        text={words.published(published)}
        help={words.publishedHelp}
      />
    );
  return (
    <State
      colour="blue"
      icon={<IconPencilExclamation size={13} />}
      text={words.changed(published)}
      help={words.changedHelp}
    />
  );
}

function State(props: {
  readonly colour: string;
  readonly icon: React.ReactNode;
  readonly text: string;
  readonly help: string;
}) {
  return (
    <Tooltip label={props.help} openDelay={400}>
      <Badge variant="light" color={props.colour} leftSection={props.icon} tt="none" fw={550} size="md">
        {props.text}
      </Badge>
    </Tooltip>
  );
}
