import { ActionIcon, CopyButton, Tooltip } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { everydayWords } from "../words/everyday.ts";
import { useWords } from "../words/words.ts";

export function CopyText({ text }: { readonly text: string }) {
  const words = useWords(everydayWords);
  return (
    <CopyButton value={text}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? words.copied : words.copy} openDelay={300}>
          <ActionIcon
            variant="default"
            size="sm"
            className="json-copy"
            aria-label={words.copy}
            onClick={copy}
          >
            {copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
          </ActionIcon>
        </Tooltip>
      )}
    </CopyButton>
  );
}
