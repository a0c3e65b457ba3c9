import { PhoneNumber } from "../ui/phone-number.tsx";
import { useWords } from "../words/words.ts";
import { runsWords } from "./words.ts";

/** Whom a run is about: their name where it is known, and their number. */
export function Person(props: { readonly name: string | null; readonly phone: string | null }) {
  const words = useWords(runsWords);
  if (props.phone === null) return <>{props.name ?? words.nobody}</>;
  return <PhoneNumber e164={props.phone} />;
}
