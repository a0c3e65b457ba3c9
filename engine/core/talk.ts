import { type Static, Type } from "typebox";

const strict = { additionalProperties: false } as const;
const Words = Type.String({ minLength: 1 });

/** What a caller does where an agent talks with them, one after the other. */
export const TalkSchema = Type.Array(
  Type.Union([
    Type.Object(
      { hears: Words },
      {
        ...strict,
        description: "Waits until these words were heard, after those heard for the step before.",
      },
    ),
    Type.Object(
      { says: Words },
      {
        ...strict,
        description: "Speaks when the agent has finished, and has answered what was said before.",
      },
    ),
    Type.Object(
      { interrupts: Words, after: Type.Optional(Words) },
      {
        ...strict,
        description: "Speaks while the agent does: once these words were heard, or as soon as it speaks.",
      },
    ),
    Type.Object({ presses: Type.String({ pattern: "^[0-9*#]+$" }) }, strict),
    Type.Object(
      { waits: Type.Number({ exclusiveMinimum: 0 }) },
      { ...strict, description: "Says nothing for so many seconds of the call." },
    ),
    Type.Object({ hangsUp: Type.Literal(true) }, strict),
  ]),
);

export type TalkStep = Static<typeof TalkSchema>[number];
