/**
 * The only door plugins see. A plugin declares; the engine interprets. Everything a plugin may import from this house is
 * exported here by name.
 */
export { type Static, type TObject, type TSchema, Type } from "typebox";
export { type AgentSettings, BUSINESSES, TONES } from "./core/agent-settings.ts";
export { type Choice, type ChoiceAnswer, choiceOf, choicePayload, sameWords } from "./core/choices.ts";
export {
  type Condition,
  type ConditionGroup,
  ConditionGroupSchema,
  ConditionSchema,
  evaluateConditions,
} from "./core/conditions.ts";
export type { DeliveryStatus, OnDoubt } from "./core/effect-state.ts";
export { listFault } from "./core/follow.ts";
export { type HoursState, hoursAt, type OpeningHours, OpeningHoursSchema } from "./core/hours.ts";
export { hoursText, openingText } from "./core/hours-text.ts";
export type { Json, JsonObject } from "./core/json.ts";
export { type LocalMoment, localMoment } from "./core/local-moment.ts";
export { type OwnWords, PURPOSES, type Purpose, type Wish, wishOf } from "./core/opt-out-words.ts";
export { retryAfterMs } from "./core/retry.ts";
export {
  type EventData,
  type Fork,
  type Heard,
  type Line,
  type NodeResult,
  REENTER,
  type StateChange,
} from "./core/run.ts";
export { signalKey } from "./core/signal.ts";
export type { SimulatedFault } from "./core/simulation.ts";
export { sizeWarning } from "./core/size-warning.ts";
export type { TalkStep } from "./core/talk.ts";
export {
  filledIn,
  hasOddPlaceholder,
  namesIn,
  plainText,
  type TemplateButton,
  type TemplateCategory,
  type TemplateContent,
  type TemplateHeader,
  type TemplateVariable,
} from "./core/template-content.ts";
export type { TemplateProblem } from "./core/template-problem.ts";
export { type DeclaredVariable, sayFaults, valueFaults } from "./core/template-values.ts";
export { REFUSALS, type Refusal } from "./core/vendor-refusals.ts";
export { type Retries, type RetryRule, retryRuleFor, retryWaitMs } from "./core/whatsapp-retries.ts";
export { addressOf, isUserId, phoneOf } from "./core/written-phone.ts";
export { AppError, type ErrorCode, type ErrorDetails } from "./errors.ts";
export type { AccountNote, AllowanceRule, Blocked, Severity } from "./plugin-api/accounts.ts";
export type { AgentView, CallableFlow, NotedAnswer, Passage, PassageSearch } from "./plugin-api/agent.ts";
export type { CacheView } from "./plugin-api/cache.ts";
export {
  type ChannelContext,
  type ChannelDefinition,
  type CheckedMessage,
  type Choices,
  defineChannel,
  type LostMessage,
  type MessageDraft,
  type MessageSize,
  type NativeMessage,
  type Objection,
  type OutboundMessage,
  type Pace,
  type RecordReference,
  type RenderedTemplate,
  type SenderView,
  type TemplateHeaderValue,
} from "./plugin-api/channels.ts";
export type {
  ConversationAddress,
  ConversationMessage,
  ConversationsView,
  HandoffOrder,
  HandoffState,
} from "./plugin-api/conversations.ts";
export { type CredentialDefinition, defineCredential } from "./plugin-api/credentials.ts";
export type { DirectoryView, GroupView, StoreView, TemplateView } from "./plugin-api/directory.ts";
export type {
  CreditsView,
  EffectOutcome,
  EffectTicket,
  LostEffect,
  OnceIntent,
  Settlement,
} from "./plugin-api/effects.ts";
export {
  createEar,
  type Ear,
  SILENT_BYTE,
  SOUND_FRAME_BYTES,
  soundOf,
} from "./plugin-api/emulated-sound.ts";
export type { Emulator, EmulatorOptions, LedgerEntry } from "./plugin-api/emulators.ts";
export type {
  DownloadAnswer,
  FetchAnswer,
  FetchInit,
  GuardedDownload,
  GuardedFetch,
} from "./plugin-api/guarded-fetch.ts";
export type { ChannelKind, Meter } from "./plugin-api/kinds.ts";
export type { LinesView } from "./plugin-api/lines.ts";
export type { ContactsChoice, ListedPerson, ListsView, ListView } from "./plugin-api/lists.ts";
export type { Log } from "./plugin-api/log-view.ts";
export type {
  DownloadedFile,
  InboundFile,
  MediaAdapter,
  MediaKind,
  MediaRules,
  OutboundFile,
  StoredFile,
} from "./plugin-api/media.ts";
export type {
  ChildrenView,
  ChildView,
  CodeRequest,
  Goal,
  NodeContext,
  TenantView,
  UrlsView,
} from "./plugin-api/node-context.ts";
export {
  defineNode,
  type EffectClass,
  type NodeDefinition,
  type PortSpec,
} from "./plugin-api/node-definition.ts";
export {
  defineNumbers,
  type NumberCall,
  type NumberFacts,
  type NumberLifecycle,
  type NumberLink,
  type NumberProfile,
  type VendorAccount,
} from "./plugin-api/numbers.ts";
export { definePlugin, type PluginDefinition, type SimulatedAccount } from "./plugin-api/plugin.ts";
export type { ConsentRecord, PolicyView, WindowView } from "./plugin-api/policy.ts";
export {
  again,
  children,
  each,
  end,
  fork,
  type Next,
  type NodeReturn,
  next,
  repeat,
  type WaitOptions,
  wait,
} from "./plugin-api/results.ts";
export type { TableItem, TablesView, TableWrite, TableWritten } from "./plugin-api/tables.ts";
export {
  type SubmittedTemplate,
  TEMPLATE_STATUSES,
  type TemplateStatus,
  type TemplatesAdapter,
  type TemplateToSubmit,
  type VendorTemplate,
} from "./plugin-api/templates.ts";
export { defineTrigger, type TriggerDefinition } from "./plugin-api/triggers.ts";
export type { UsesView } from "./plugin-api/uses.ts";
export type { VendorContext } from "./plugin-api/vendor-context.ts";
export {
  CODE_VERDICTS,
  type CodeCheck,
  type CodeOrder,
  type CodeSent,
  type CodesView,
  type CodeVerdict,
  defineVerifier,
  VERIFY_CHANNELS,
  type VerifierContext,
  type VerifierDefinition,
  type VerifyChannel,
} from "./plugin-api/verify.ts";
export type {
  CallAction,
  PersonAtThePhone,
  PhoneEvent,
  VirtualPhone,
  WrittenMessage,
} from "./plugin-api/virtual-phone.ts";
export {
  type ContactHint,
  type Delivery,
  defineWebhook,
  type FlowReply,
  type HttpAnswer,
  type InboundMessage,
  type Pricing,
  type WebhookDefinition,
  type WebhookRequest,
  type WebhookServices,
} from "./plugin-api/webhooks.ts";
export type { Family, Text } from "./plugin-api/words.ts";
