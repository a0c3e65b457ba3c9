import { notifications } from "@mantine/notifications";
import type { ApiFailure } from "../api/client.ts";
import { everydayWords } from "../words/everyday.ts";
import { failureText } from "../words/failures.ts";
import type { Locale } from "../words/words.ts";

/** Says in passing that something was done. */
export function tellDone(message: string): void {
  notifications.show({ message, color: "teal", autoClose: 3000 });
}

/** Says that something could not be done and stays longer, for what was tried has to be tried again. */
export function tellFailure(error: ApiFailure, locale: Locale): void {
  notifications.show({
    // The same refusal twice is told once.
    id: `${error.code}:${error.message}`,
    color: "red",
    autoClose: 8000,
    title: everydayWords[locale].notDone,
    message: failureText(error, locale),
  });
}
