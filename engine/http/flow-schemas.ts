import { Type } from "typebox";
import { FlowSchema } from "../core/flow.ts";
import { At, FlowKey } from "./fields.ts";

const NullableText = Type.Union([Type.String(), Type.Null()]);

export const ProblemSchema = Type.Object({
  path: Type.String({ description: "JSON pointer into the document." }),
  nodeId: NullableText,
  code: Type.String(),
  severity: Type.Enum(["error", "warning"], { description: "An error keeps the flow from being published." }),
  message: Type.String(),
  fix: Type.String(),
});

export const ProblemList = Type.Object({ problems: Type.Array(ProblemSchema) });

const summary = {
  key: FlowKey,
  name: Type.String(),
  revision: Type.Integer({ description: "Counts the saves of the draft; PUT wants it in If-Match." }),
  published: Type.Union([Type.Integer(), Type.Null()], { description: "Number of the published version." }),
  hookUrl: Type.String({ description: "Secret address of its generic webhook." }),
  updatedAt: At,
};

export const FlowSummary = Type.Object(summary);

export const FlowListItem = Type.Object({
  ...summary,
  description: NullableText,
  starts: Type.Array(Type.String(), { description: "Types of its triggers." }),
  changed: Type.Boolean({ description: "The draft is not what was published." }),
});

export const FlowDraft = Type.Object({ ...summary, draft: FlowSchema });

export const SavedFlow = Type.Object({ ...summary, draft: FlowSchema, problems: Type.Array(ProblemSchema) });

const version = {
  id: Type.String(),
  flow: FlowKey,
  number: Type.Integer(),
  hash: Type.String({ description: "sha256 of the document as JSON with sorted keys." }),
  note: NullableText,
  publishedBy: NullableText,
  publishedAt: At,
};

export const VersionSummary = Type.Object(version);

export const VersionDocument = Type.Object({ ...version, document: FlowSchema });
