import { type TSchema, Type } from "typebox";
import { FlowSchema } from "../core/flow.ts";
import { ERROR_CODES } from "../errors.ts";
import { ConversationSchema } from "./conversation-schemas.ts";
import {
  FlowDraft,
  FlowSummary,
  ProblemSchema,
  SavedFlow,
  VersionDocument,
  VersionSummary,
} from "./flow-schemas.ts";
import { MessageSchema, SendMessageBody } from "./message-schemas.ts";
import { RunAccepted, RunDetail, RunEnded, RunSummary } from "./run-schemas.ts";
import { SignedInSchema } from "./signed-in.ts";
import { StartRunBody } from "./start-run.ts";
import { NewTemplate, TemplateSchema } from "./template-schemas.ts";

export const ErrorEnvelope = Type.Object({
  error: Type.Object({
    code: Type.Enum(Object.keys(ERROR_CODES)),
    message: Type.String({ description: "What, where, and what was expected." }),
    details: Type.Object({}, { description: "The same facts for a program.", additionalProperties: true }),
    requestId: Type.String({ description: "Finds the request in the log; also in the header X-Request-Id." }),
  }),
});

/** Schemas that have a name of their own in OpenAPI, and so in generated clients. */
export const COMPONENT_SCHEMAS: Readonly<Record<string, TSchema>> = {
  Error: ErrorEnvelope,
  Flow: FlowSchema,
  FlowDraft,
  FlowSummary,
  SavedFlow,
  Problem: ProblemSchema,
  VersionSummary,
  VersionDocument,
  StartRun: StartRunBody,
  RunAccepted,
  RunEnded,
  RunSummary,
  RunDetail,
  Template: TemplateSchema,
  NewTemplate,
  Message: MessageSchema,
  SendMessage: SendMessageBody,
  Conversation: ConversationSchema,
  SignedIn: SignedInSchema,
};
