import type { Choice } from "../core/choices.ts";
import type { OnDoubt } from "../core/effect-state.ts";
import type { JsonObject } from "../core/json.ts";
import type { TemplateContent } from "../core/template-content.ts";
import type { AccountNote, AllowanceRule } from "./accounts.ts";
import type { CacheView } from "./cache.ts";
import type { EffectOutcome } from "./effects.ts";
import type { GuardedFetch } from "./guarded-fetch.ts";
import type { ChannelKind, Meter } from "./kinds.ts";
import type { Log } from "./log-view.ts";
import type { MediaRules, OutboundFile } from "./media.ts";

/** A message before a sender is chosen. Exactly one of text, template and native; media goes with text. */
export interface MessageDraft {
  /** E.164, or the vendor's id of a person whose number is hidden. */
  readonly to: string;
  readonly text?: string;
  /** Addresses, or ids of stored files (`med_…`). */
  readonly media?: readonly string[];
  readonly template?: RenderedTemplate;
  readonly native?: NativeMessage;
  /** Which of the tenant's numbers sends; absent: the store's, else the tenant's for that channel. */
  readonly fromNumberId?: string;
  readonly storeId?: string;
  /** `service` answers what the person just did; `notice` and `marketing` keep the tenant's quiet hours. */
  readonly purpose: "service" | "notice" | "marketing";
  /** What the person may choose from. A channel that cannot show it as buttons or a list gets it as numbered lines. */
  readonly choices?: Choices;
  /** Id of the question it asks (`ctx.conversations.ask`): what is answered finds its run by it. */
  readonly ask?: string;
  /** What it is about in the tenant's own system. */
  readonly reference?: RecordReference;
  /** Look-alikes of GSM characters (curly quotes, dashes …) are sent as those, so that an SMS stays cheap. */
  readonly smartEncoding?: boolean;
  /** Options only one vendor has, by provider; its channel checks and adds them. */
  readonly vendor?: { readonly provider: string; readonly options: JsonObject };
  /** `vendor` names a template of the vendor's, so no window need be open. */
  readonly vendorTemplate?: true;
  /** When nobody can tell whether it left: `give-up` (default) or `resend`, for what must arrive even if it comes twice. */
  readonly onDoubt?: OnDoubt;
}

export interface Choices {
  readonly list: readonly Choice[];
  /** What opens a list, where they are shown as one. */
  readonly listLabel: string;
}

/** A record of the tenant's own system, such as a reservation. */
export interface RecordReference {
  readonly module: string;
  readonly recordId: string;
}

export interface RenderedTemplate {
  readonly key: string;
  readonly locale: string;
  /** The body with its variables filled in: what the record keeps. */
  readonly text: string;
  readonly values: Readonly<Record<string, string>>;
  /** Names in vendor order. */
  readonly variables: readonly string[];
  readonly vendors: JsonObject;
  readonly content: TemplateContent;
  /** What stands above the words, where the template has such a header: a file (as in `media`), or a place. */
  readonly header?: TemplateHeaderValue;
}

/** A message in a vendor's own words, for what only this vendor has. Only that vendor's numbers send it. */
export interface NativeMessage {
  /** `numbers.provider` */
  readonly provider: string;
  /** What its channel sends, but for the recipient. */
  readonly body: JsonObject;
  /** What the record keeps. */
  readonly text: string;
  /** Taken whether or not the person wrote lately, as a template is. */
  readonly anyTime: boolean;
  /** Charged when it is the vendor's to bill. */
  readonly units: number;
}

export interface TemplateHeaderValue {
  readonly file?: string;
  readonly location?: {
    readonly latitude: number;
    readonly longitude: number;
    readonly name?: string;
    readonly address?: string;
  };
}

/** A message whose files are known, with what is known of them. */
export interface CheckedMessage extends MessageDraft {
  /** Of `media`, in their order. */
  readonly files: readonly OutboundFile[];
  /** Of the template's header. */
  readonly headerFile: OutboundFile | null;
}

export interface OutboundMessage extends CheckedMessage {
  readonly from: SenderView;
  readonly effectId: string;
  readonly statusUrl: string;
}

/** Why a message cannot go this way, in words; `code` for programs. */
export interface Objection {
  readonly code: string;
  readonly message: string;
}

export interface SenderView {
  readonly numberId: string;
  readonly e164: string;
  readonly provider: string;
  /** The vendor's id of the number (`PN…`, `phone_number_id`). */
  readonly providerId: string | null;
}

export interface ChannelContext {
  readonly signal: AbortSignal;
  readonly fetch: GuardedFetch;
  readonly log: Log;
  /** The opened credential the channel declares. */
  readonly credential: JsonObject;
  /** Tries of this message before this one. */
  readonly attempt: number;
  /** What is worth keeping between messages of this tenant. */
  readonly cache: CacheView;
}

export interface ChannelDefinition {
  /** `plugin.channel`, e.g. `twilio.sms`. */
  readonly id: string;
  readonly channel: ChannelKind;
  /** Which numbers it serves: `numbers.provider`. */
  readonly provider: string;
  readonly credential: string;
  readonly meter: Meter;
  /** Hours after the contact's last message in which free text is allowed; absent: always. */
  readonly windowHours?: number;
  /** How fast one number may send. Absent: as fast as it is asked to. */
  readonly pace?: Pace;
  /** It also reaches people of whom only the vendor's own id is known. Absent: phones alone. */
  readonly userIds?: true;
  /** What the vendor gives away each month, by number; absent: nothing. */
  readonly allowance?: readonly AllowanceRule[];
  /** What a vendor's code says of the number or its account, beyond the message it refused. */
  saysOfAccount?(vendorCode: string): AccountNote | null;
  /** The files it carries. Absent: none. */
  readonly media?: MediaRules;
  /** What stands against a message, whoever gets it; asked before anything is held. Pure. */
  objection?(message: CheckedMessage): Objection | null;
  /** Who the vendor says it comes from; absent: the number. */
  sentFrom?(message: MessageDraft, from: SenderView): string;
  /** How large a message is to the carrier, where that decides what it costs. */
  measure?(message: MessageDraft): MessageSize;
  /** Credits one message costs (segments of an SMS, 1 for WhatsApp), and slots of its number's pace. */
  units(message: MessageDraft): number;
  /** It can show the choices of this message as buttons or a list. Absent: never; they become numbered lines. */
  showsChoices?(message: CheckedMessage): boolean;
  /** Tells the person that their message was read. `ref` is the vendor's id of it. Absent: the vendor knows no such thing. */
  markRead?(ref: string, from: SenderView, ctx: ChannelContext): Promise<void>;
  /** Shows the person that an answer to this message of theirs is being written. Absent: the vendor knows no such thing. */
  showTyping?(ref: string, from: SenderView, ctx: ChannelContext): Promise<void>;
  /** @throws AppError VENDOR_UNAVAILABLE | VENDOR_RATE_LIMITED when surely nothing was sent, EFFECT_IN_DOUBT when unknown */
  send(
    message: OutboundMessage,
    ctx: ChannelContext,
  ): Promise<Extract<EffectOutcome, { state: "accepted" | "refused" }>>;
  /** Looks for a message whose answer was lost. Absent: only callbacks are evidence. */
  find?(
    lost: LostMessage,
    ctx: ChannelContext,
  ): Promise<Extract<EffectOutcome, { state: "accepted" }> | null>;
}

/**
 * What a vendor lets one number send. After `burst` at once it is `perSecond`: in any second at most the sum of both. A
 * number may have a `perSecond` of its own. `pair` is the limit towards one recipient.
 */
export interface Pace {
  readonly perSecond: number;
  readonly burst: number;
  readonly pair?: { readonly everySeconds: number; readonly burst: number };
}

/** How a text is cut into parts. */
export interface MessageSize {
  readonly encoding: "GSM-7" | "UCS-2";
  readonly segments: number;
  /** Characters people see. */
  readonly characters: number;
  /** Septets of GSM-7, or 16-bit units of UCS-2: what a segment has room for. */
  readonly units: number;
  /** Room of each segment of a message this long. */
  readonly unitsPerSegment: number;
  /** Characters that are not in GSM-7 and so make all of it UCS-2, each once. */
  readonly costly: readonly string[];
  /** The text as it is sent. */
  readonly text: string;
}

export interface LostMessage {
  readonly effectId: string;
  readonly to: string;
  readonly from: string;
  readonly body: string;
  readonly sentAfter: Date;
  /** The vendor's references of other messages to the same person: none of these is the lost one. */
  readonly known: ReadonlySet<string>;
}

export function defineChannel(definition: ChannelDefinition): ChannelDefinition {
  return definition;
}
