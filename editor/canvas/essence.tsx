import { Fragment } from "react";

/** What matters of a step, on one or two lines. */
export function Essence({ lines }: { readonly lines: readonly string[] }) {
  const [first, second] = lines;
  if (first === undefined) return null;
  // One long line may take both; two short ones get one each.
  if (second === undefined) return <EssenceLine text={first} two />;
  return (
    <>
      <EssenceLine text={first} />
      <EssenceLine text={second} />
    </>
  );
}

export function EssenceLine({ text, two }: { readonly text: string; readonly two?: boolean }) {
  return (
    <p className={two ? "card-essence card-essence-two" : "card-essence"}>
      {partsOf(text).map(({ at, part, strong }) => (
        <Fragment key={at}>{strong ? <em>{part}</em> : part}</Fragment>
      ))}
    </p>
  );
}

/** Without the stars that mark a name, for those who hear it. */
export function plainEssence(text: string): string {
  return partsOf(text)
    .map(({ part }) => part)
    .join("");
}

/** `plantilla *Reserva confirmada*`: names stand between stars, as in a message on WhatsApp. */
const NAMES = /\*([^*\s](?:[^*]*[^*\s])?)\*/g;

interface Part {
  readonly at: number;
  readonly part: string;
  readonly strong: boolean;
}

function partsOf(text: string): Part[] {
  const parts: Part[] = [];
  let from = 0;
  for (const found of text.matchAll(NAMES)) {
    if (found.index > from) parts.push({ at: from, part: text.slice(from, found.index), strong: false });
    parts.push({ at: found.index, part: found[1] ?? "", strong: true });
    from = found.index + found[0].length;
  }
  if (from < text.length) parts.push({ at: from, part: text.slice(from), strong: false });
  return parts;
}
