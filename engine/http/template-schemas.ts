import { Type } from "typebox";
import {
  TEMPLATE_CATEGORIES,
  TemplateContentSchema,
  TemplateVariableSchema,
} from "../core/template-content.ts";
import { At } from "./fields.ts";

const strict = { additionalProperties: false } as const;
const NullableText = Type.Union([Type.String(), Type.Null()]);

export const TemplateId = Type.String({ pattern: "^tpl_[0-9a-z_]{1,64}$", description: "Id of a template." });
export const TemplateKey = Type.String({
  pattern: "^[a-z][a-z0-9_-]{0,63}$",
  description: "What flows call it; the same in every language.",
});
export const Locale = Type.String({
  pattern: "^[a-z]{2,3}(-[A-Z]{2})?$",
  description: "Such as es or es-CO.",
});
export const Module = Type.String({
  pattern: "^[a-z][a-z0-9_-]{0,31}$",
  description: "ERP module it belongs to.",
});
const Category = Type.Enum([...TEMPLATE_CATEGORIES]);

const changeable = {
  module: Type.Optional(Type.Union([Module, Type.Null()])),
  category: Category,
  content: TemplateContentSchema,
  variables: Type.Optional(
    Type.Array(TemplateVariableSchema, { maxItems: 100, description: "In the order vendors number them." }),
  ),
};

export const TemplateChange = Type.Object(changeable, strict);

export const NewTemplate = Type.Object(
  {
    key: TemplateKey,
    locale: Locale,
    groupId: Type.Optional(Type.String({ description: "A group's own; it stands before the tenant's." })),
    storeId: Type.Optional(Type.String({ description: "A store's own; it stands before its group's." })),
    ...changeable,
  },
  strict,
);

export const TemplateProblemSchema = Type.Object({
  path: Type.String({ description: "JSON pointer into `content` or `variables`." }),
  code: Type.String(),
  message: Type.String(),
  provider: Type.Union([Type.String(), Type.Null()], { description: "Whose rule it is; null: WhatsApp's." }),
});

const SubmissionStatus = Type.Enum([
  "submitting",
  "pending",
  "approved",
  "rejected",
  "paused",
  "disabled",
  "deleted",
  "failed",
]);

const Meanwhile = Type.Object({
  name: Type.String(),
  ref: NullableText,
  status: SubmissionStatus,
  category: Category,
  reason: NullableText,
  submittedAt: At,
});

const Submission = Type.Object({
  provider: Type.String(),
  status: SubmissionStatus,
  name: Type.String({ description: "What the vendor calls it." }),
  language: Type.String(),
  ref: NullableText,
  category: Category,
  categoryChanged: Type.Boolean({
    description: "The vendor takes it for another category than yours, at another price.",
  }),
  quality: NullableText,
  reason: Type.Union([Type.String(), Type.Null()], {
    description: "Why it is rejected, paused or disabled.",
  }),
  outdated: Type.Boolean({
    description: "Changed here since: the vendor sends the words it has until it is submitted again.",
  }),
  submittedAt: At,
  reportedAt: Type.Union([At, Type.Null()]),
  meanwhile: Type.Union([Meanwhile, Type.Null()], {
    description: "What the vendor approved before, and sends until it approves this.",
  }),
});

export const TemplateSchema = Type.Object({
  id: TemplateId,
  key: TemplateKey,
  locale: Type.String(),
  module: NullableText,
  category: Category,
  groupId: NullableText,
  storeId: NullableText,
  content: TemplateContentSchema,
  variables: Type.Array(TemplateVariableSchema),
  revision: Type.Integer(),
  submissions: Type.Array(Submission),
  createdAt: At,
  updatedAt: At,
});

export const TemplatePreview = Type.Object({
  text: Type.String({ description: "The body, filled in." }),
  sms: Type.String({ description: "What an SMS says." }),
  header: NullableText,
  footer: NullableText,
  buttons: Type.Array(Type.Object({ type: Type.String(), text: Type.String(), value: NullableText })),
  problems: Type.Array(TemplateProblemSchema),
});
