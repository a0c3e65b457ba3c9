import { type Static, Type } from "typebox";
import { FlowSchema } from "../../engine/core/flow.ts";

const strict = { additionalProperties: false } as const;

export const BundleSchema = Type.Object(
  {
    centralita: Type.Literal("bundle"),
    version: Type.Literal(1),
    flow: FlowSchema,
    /** What a tenant chooses of its own before the flow is theirs. */
    requirements: Type.Array(
      Type.Object(
        {
          id: Type.String({ pattern: "^[a-z][a-z0-9_]{0,63}$" }),
          kind: Type.String({ minLength: 1, maxLength: 120 }),
          label: Type.String({ maxLength: 200 }),
          /** Where it goes: JSON pointers into the flow. */
          places: Type.Array(Type.String({ pattern: "^/" }), { minItems: 1 }),
          /** A key that may exist there under the same name. */
          suggested: Type.Optional(Type.String({ maxLength: 200 })),
        },
        strict,
      ),
      { maxItems: 500 },
    ),
  },
  strict,
);

export type Bundle = Static<typeof BundleSchema>;
export type Requirement = Bundle["requirements"][number];
