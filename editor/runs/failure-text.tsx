import type { StepFailure } from "./run-record.ts";

/** Why something failed, with the code that the guide of errors knows. */
export function FailureText({ failure }: { readonly failure: StepFailure }) {
  return (
    <p className="entry-failure">
      {failure.message} <code>{failure.code}</code>
    </p>
  );
}
