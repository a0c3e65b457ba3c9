import { failureText } from "../words/failures.ts";
import { useLocale } from "../words/words.ts";
import type { StepFailure } from "./run-record.ts";

/** Why something failed, with the code that the guide of errors knows; what is on record where that says more. */
export function FailureText({ failure }: { readonly failure: StepFailure }) {
  const { code, message } = failure;
  const text = failureText(failure, useLocale());
  return (
    <>
      <p className="entry-failure">
        {text} <code>{code}</code>
      </p>
      {!text.includes(message) && <p className="entry-facts">{message}</p>}
    </>
  );
}
