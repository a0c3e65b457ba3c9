import { Type } from "typebox";
import { RUN_STATUSES } from "../core/run.ts";
import { At, Data, RunId } from "./fields.ts";
import { JOURNAL_KEPT } from "./run-views.ts";

const NullableText = Type.Union([Type.String(), Type.Null()]);
const NullableAt = Type.Union([At, Type.Null()]);
const NullableData = Type.Union([Data, Type.Null()]);

export const Status = Type.Enum([...RUN_STATUSES]);

export const RunError = Type.Object({
  code: Type.String(),
  message: Type.String(),
  retryable: Type.Boolean(),
  nodeId: Type.Optional(Type.String()),
});

export const RunAccepted = Type.Object({ runId: RunId, status: Status });

export const RunEnded = Type.Object({
  runId: RunId,
  status: Status,
  outcome: Type.String({
    description: "The name the flow gave its end, `completed`, or the code of the error.",
  }),
  output: Data,
  error: Type.Optional(RunError),
});

const summary = {
  id: RunId,
  flow: Type.String({ description: "Key of a flow; one that begins with _ is the engine's own." }),
  status: Status,
  trigger: Type.String({ description: "Type of the trigger that started it." }),
  contact: Type.Union([Type.String(), Type.Null()], {
    description: "Phone number of the person it is about.",
  }),
  contactName: NullableText,
  startedAt: At,
  endedAt: NullableAt,
  wakeAt: Type.Union([At, Type.Null()], { description: "Until when it waits." }),
  pausedAt: Type.Union([At, Type.Null()], {
    description: "Since when it is to stand still before its next step; null: it is not.",
  }),
  version: Type.Union([Type.Integer(), Type.Null()], { description: "Number of the flow's version." }),
  node: Type.Union([Type.String(), Type.Null()], {
    description: "Id of the node it stands at, or ended at.",
  }),
  parentRunId: Type.Union([Type.String(), Type.Null()], {
    description: "The run that started it: as a branch, an item of a list, or a called flow.",
  }),
  parentStep: Type.Union([Type.String(), Type.Null()], { description: "Key of the step that did." }),
  branch: Type.Union([Type.String(), Type.Null()], {
    description: "Which of that step's children it is: a branch, the index of an item, the flow it runs.",
  }),
};

export const RunSummary = Type.Object({
  ...summary,
  outcome: Type.Union([Type.String(), Type.Null()], {
    description: "Once it is over: the name the flow gave its end, `completed`, or the code of the error.",
  }),
});

/** In a list, with what it cost. */
export const ListedRun = Type.Object({
  ...RunSummary.properties,
  credits: Type.Record(Type.String(), Type.Integer(), { description: "Credits used so far, by meter." }),
});

const Step = Type.Object({
  nodeId: Type.String(),
  stepKey: Type.String(),
  type: Type.String({ description: "Type of the node." }),
  kind: Type.Enum(["left", "slept", "again", "repeated", "failed", "ended"]),
  port: Type.Optional(Type.String()),
  output: Type.Optional(
    Type.Object(
      {},
      {
        description:
          'What the step gave. A secret is {"$redacted": true}. Of a large output there is the beginning as text, $head, and $omitted with its size; of one beyond the tenant\'s budget of the day, $omitted alone.',
        additionalProperties: true,
      },
    ),
  ),
  error: Type.Optional(RunError),
  cause: Type.Optional(Type.String()),
  at: At,
  ms: Type.Number(),
});

const Effect = Type.Object({
  id: Type.String(),
  stepKey: Type.String(),
  part: Type.String(),
  kind: Type.String(),
  provider: Type.String(),
  simulated: Type.Boolean({ description: "The vendor is an emulator." }),
  channel: NullableText,
  to: NullableText,
  state: Type.String({
    description: "Whether it happened: planned, sending, accepted, refused, retrying, in_doubt, unresolved.",
  }),
  status: Type.Union([Type.String(), Type.Null()], { description: "What the vendor last reported." }),
  ref: Type.Union([Type.String(), Type.Null()], { description: "The vendor's id of it." }),
  outcome: NullableData,
  attempts: Type.Integer(),
  createdAt: At,
  settledAt: NullableAt,
});

const Message = Type.Object({
  id: Type.String(),
  direction: Type.String(),
  channel: Type.String(),
  contact: NullableText,
  number: Type.String(),
  body: Type.String(),
  status: Type.String(),
  error: NullableData,
  ref: NullableText,
  effectId: Type.Union([Type.String(), Type.Null()], { description: "The effect that sent it." }),
  units: Type.Integer({ description: "Credits it cost." }),
  simulated: Type.Boolean(),
  createdAt: At,
});

const Charge = Type.Object({
  meter: Type.String(),
  units: Type.Integer({ description: "Negative: given back." }),
  effectId: Type.Union([Type.String(), Type.Null()], { description: "The effect it was for." }),
  stepKey: Type.Union([Type.String(), Type.Null()], { description: "The step it was for." }),
  at: At,
});

export const RunDetail = Type.Object({
  ...summary,
  outcome: Type.Union([
    Type.Object({ name: Type.String(), output: Data, error: Type.Optional(RunError) }),
    Type.Null(),
  ]),
  retryOf: Type.Union([Type.Object({ runId: RunId, nodeId: Type.String() }), Type.Null()], {
    description: "The ended run it takes up again, and at which node.",
  }),
  input: Type.Object({}, { description: "What the trigger gave.", additionalProperties: true }),
  progress: Type.Union([Data, Type.Null()], {
    description: "How far a step that works in parts, such as a bulk, has come; null: there is none.",
  }),
  vars: Data,
  journal: Type.Enum([...JOURNAL_KEPT], {
    description:
      "Whether its steps are still on record: all of them (kept), those of the last days only (partial), or none, because it ended longer ago than steps are kept (expired).",
  }),
  steps: Type.Array(Step),
  effects: Type.Array(Effect),
  waits: Type.Array(Type.Object({ key: Type.String(), wakeAt: NullableAt })),
  messages: Type.Array(Message),
  credits: Type.Record(Type.String(), Type.Integer(), { description: "Credits used, by meter." }),
  charges: Type.Array(Charge, { description: "What these credits were for, oldest first." }),
  children: Type.Array(RunSummary, {
    description: "Runs it started, the newest hundred; all of them with `parent` in the list of runs.",
  }),
});
