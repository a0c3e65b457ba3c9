import { CopyButton, Tooltip, UnstyledButton } from "@mantine/core";
import type { Variable } from "../../model/variables.ts";
import { everydayWords } from "../../words/everyday.ts";
import { useWords } from "../../words/words.ts";
import { sampleText } from "../template/sample-text.ts";
import { panelWords } from "../words.ts";

/** A value one may use; a click copies what a template writes for it. */
export function VariableLine({ variable, name }: { readonly variable: Variable; readonly name: string }) {
  const words = useWords(panelWords);
  const common = useWords(everydayWords);
  const { path, label, certain, sample } = variable;
  return (
    <li>
      <CopyButton value={`{{ ${path} }}`}>
        {({ copied, copy }) => (
          <Tooltip label={copied ? common.copied : `{{ ${path} }}`} openDelay={300} position="left">
            <UnstyledButton
              className="variable"
              aria-label={`${label}. ${words.copyPath(path)}`}
              onClick={copy}
            >
              <span className="variable-name">
                {name}
                {!certain && <span className="variable-maybe">{words.maybeData}</span>}
              </span>
              <span className="variable-sample">{copied ? common.copied : sampleText(sample, 28)}</span>
            </UnstyledButton>
          </Tooltip>
        )}
      </CopyButton>
    </li>
  );
}
