import { type Static, Type } from "typebox";

/**
 * The flow document: what the canvas draws, what is stored and what runs are one shape, so nothing is converted.
 *
 *   { schemaVersion: 1, key: "hola", name: "Hola", settings: { timezone: "America/Bogota", locale: "es" },
 *     nodes: [{ id: "llamada", type: "twilio.incoming-call", version: 1, position: { x: 0, y: 0 }, data: { params: {} } },
 *             { id: "saludo", type: "twilio.say", version: 1, position: { x: 0, y: 120 },
 *               data: { label: "Saludo", params: { text: "Hola {{ contact.name }}" } } }],
 *     edges: [{ id: "e1", source: "llamada", sourceHandle: "next", target: "saludo" }] }
 *
 * Node ids are readable slugs because templates name them: `{{ steps.gather.digits }}`.
 */
export const SLUG = "^[a-z][a-z0-9_]{0,63}$";
const FLOW_KEY = "^[a-z][a-z0-9-]{0,63}$";
const NODE_TYPE = "^[a-z][a-z0-9]*(\\.[a-z][a-z0-9-]*)$";

const strict = { additionalProperties: false } as const;

export const RetrySettings = Type.Object(
  {
    maxAttempts: Type.Integer({
      minimum: 1,
      maximum: 20,
      default: 3,
      description: "Tries in all, the first included.",
    }),
    firstDelayMs: Type.Integer({ minimum: 0, maximum: 3_600_000, default: 1000 }),
    maxDelayMs: Type.Integer({ minimum: 0, maximum: 86_400_000, default: 60_000 }),
  },
  strict,
);

export const FlowNode = Type.Object(
  {
    id: Type.String({ pattern: SLUG, description: "Unique in the flow; lower case letters, digits and _." }),
    type: Type.String({ pattern: NODE_TYPE }),
    version: Type.Integer({ minimum: 1 }),
    position: Type.Object({ x: Type.Number(), y: Type.Number() }, strict),
    data: Type.Object(
      {
        label: Type.Optional(Type.String({ maxLength: 120 })),
        params: Type.Record(Type.String(), Type.Unknown()),
        retry: Type.Optional(RetrySettings),
        onError: Type.Optional(
          Type.Union([Type.Literal("stop"), Type.Literal("continue")], {
            description:
              "What an error does that nothing is attached for: end the run (default), or leave by the first port.",
          }),
        ),
        note: Type.Optional(Type.String({ maxLength: 2000 })),
      },
      strict,
    ),
  },
  strict,
);

export const FlowEdge = Type.Object(
  {
    id: Type.String({ minLength: 1, maxLength: 200 }),
    source: Type.String({ minLength: 1 }),
    sourceHandle: Type.String({ minLength: 1, maxLength: 120, description: "The port it leaves by." }),
    target: Type.String({ minLength: 1 }),
  },
  strict,
);

export const FlowSettings = Type.Object(
  {
    timezone: Type.Optional(Type.String({ description: "IANA zone; the tenant's where absent." })),
    locale: Type.Optional(Type.String({ description: "BCP 47 tag; the tenant's where absent." })),
    contactPolicy: Type.Optional(
      Type.Union([
        Type.Literal("parallel"),
        Type.Literal("resume"),
        Type.Literal("queue"),
        Type.Literal("replace"),
      ]),
    ),
    maxDurationMs: Type.Optional(Type.Integer({ minimum: 1000, maximum: 366 * 86_400_000 })),
    maxSteps: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000 })),
  },
  strict,
);

export const FlowVariable = Type.Object(
  {
    key: Type.String({ pattern: SLUG }),
    description: Type.Optional(Type.String()),
    default: Type.Optional(Type.Unknown()),
  },
  strict,
);

const Place = Type.Object({ x: Type.Number(), y: Type.Number() }, strict);
const Size = Type.Object(
  { width: Type.Number({ minimum: 40 }), height: Type.Number({ minimum: 40 }) },
  strict,
);
const Colour = Type.Enum(["grey", "teal", "violet", "green", "amber", "blue", "gold"]);
const CanvasId = Type.String({ pattern: SLUG });

/** What only people see: it says nothing about how the flow runs. */
export const FlowCanvas = Type.Object(
  {
    direction: Type.Optional(Type.Enum(["down", "right"])),
    notes: Type.Optional(
      Type.Array(
        Type.Object(
          {
            id: CanvasId,
            position: Place,
            size: Size,
            text: Type.String({ maxLength: 2000 }),
            colour: Colour,
          },
          strict,
        ),
        { maxItems: 500 },
      ),
    ),
    groups: Type.Optional(
      Type.Array(
        Type.Object(
          {
            id: CanvasId,
            label: Type.String({ maxLength: 120 }),
            colour: Colour,
            nodes: Type.Array(Type.String({ minLength: 1 }), { description: "Ids of the nodes it frames." }),
          },
          strict,
        ),
        { maxItems: 200 },
      ),
    ),
  },
  strict,
);

export const FlowSchema = Type.Object(
  {
    schemaVersion: Type.Literal(1),
    key: Type.String({ pattern: FLOW_KEY }),
    name: Type.String({ minLength: 1, maxLength: 120 }),
    description: Type.Optional(Type.String({ maxLength: 2000 })),
    settings: FlowSettings,
    variables: Type.Optional(Type.Array(FlowVariable, { maxItems: 200 })),
    nodes: Type.Array(FlowNode, { minItems: 1, maxItems: 2000 }),
    edges: Type.Array(FlowEdge, { maxItems: 10_000 }),
    canvas: Type.Optional(FlowCanvas),
  },
  strict,
);

export type Flow = Static<typeof FlowSchema>;
export type FlowNode = Static<typeof FlowNode>;
export type FlowEdge = Static<typeof FlowEdge>;
export type FlowCanvas = Static<typeof FlowCanvas>;
export type RetrySettings = Static<typeof RetrySettings>;

/** Limits of a flow that does not name its own. */
export const FLOW_DEFAULTS = {
  maxSteps: 1000,
  maxDurationMs: 30 * 86_400_000,
} as const;
