import type { DeliveryStatus } from "../core/effect-state.ts";
import type { Json, JsonObject } from "../core/json.ts";
import type { Purpose, Wish } from "../core/opt-out-words.ts";
import type { TemplateCategory } from "../core/template-content.ts";
import type { Refusal } from "../core/vendor-refusals.ts";
import type { AccountNote } from "./accounts.ts";
import type { ChannelKind } from "./kinds.ts";
import type { InboundFile } from "./media.ts";
import type { TemplateStatus } from "./templates.ts";

/** A request as it came, before anybody believes it. */
export interface WebhookRequest {
  readonly method: string;
  /** The public URL the caller used, query included: PUBLIC_URL + path. */
  readonly url: string;
  /** Values of `:names` in the webhook's path. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string | readonly string[]>>;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly rawBody: Buffer;
  /** Set for form bodies; a repeated name gives an array. */
  readonly form: Readonly<Record<string, string | readonly string[]>> | null;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What a request means. One webhook call may carry many. */
export type Delivery =
  /** Starts the flow bound to one of our numbers; first offered to an open wait with `resumeKey`, where given. */
  | {
      readonly kind: "start";
      readonly trigger: string;
      /** Starts only flows whose trigger asks for it by this name in its parameter `also`: a reaction is not a message. */
      readonly asked?: string;
      /** Somebody else answers this conversation: it is put on record, and neither wakes nor starts a run. */
      readonly observed?: true;
      /** Our number that was called or written to. */
      readonly to: string;
      readonly channel: ChannelKind;
      /** The vendor's account or number id, for routing and for the log. */
      readonly providerId: string | null;
      readonly dedupeKey: string;
      readonly input: JsonObject;
      readonly contact: ContactHint;
      readonly resume?: { readonly key: string; readonly event: string; readonly output: JsonObject };
      /** What the vendor understood the person to ask for, and whether it has told them so. Absent: the words say it. */
      readonly wish?: { readonly said: Wish; readonly answered: boolean };
      /** The message to keep in the conversation, for inbound messages. */
      readonly message?: InboundMessage;
      /** Kept among what happened to the number, for what a person did besides writing. */
      readonly note?: Omit<AccountNote, "state"> & {
        readonly aboutRef: string | null;
        readonly at: string | null;
      };
      /**
       * Files that came with it. The engine fetches and keeps them, and writes what it knows of each into the entry at its
       * place in `media` of `input.message`, and of `resume.output`: `mediaId`, `url`, `contentType`, `size`, `sha256`.
       */
      readonly files?: readonly InboundFile[];
      /** The call to keep on record, for inbound calls. */
      readonly call?: { readonly sid: string; readonly from: string };
    }
  /** Wakes the wait with this key. */
  | {
      readonly kind: "resume";
      readonly key: string;
      readonly event: string;
      readonly output: JsonObject;
      readonly dedupeKey: string;
      /** Real use of the step's effect, e.g. minutes of a dial; `elapsed` where the vendor does not say how many. */
      readonly usage?:
        | { readonly part: string; readonly amount: number }
        /** The minutes begun since the effect's intent was committed. */
        | { readonly part: string; readonly elapsed: "minutes" };
      /** The vendor's id of the leg this is about: whose it was is added to the output as `answeredBy`. */
      readonly leg?: string;
      /**
       * What this request itself is told. The flow's answer is for another request of the same webhook's plugin that
       * brings the same `dedupeKey`: a key that takes a caller out of a queue, and what the queue then asks.
       */
      readonly told?: HttpAnswer;
      /** Path of the webhook whose request will ask for the flow's answer; with `told`. */
      readonly answeredAt?: string;
    }
  /** Somebody took a leg of a dialled call. */
  | {
      readonly kind: "leg-answered";
      readonly stepKey: string;
      /** The vendor's id of the leg. */
      readonly ref: string;
      /** A number, or `sip:…`, `client:…`. */
      readonly address: string;
      readonly dedupeKey: string;
    }
  /** What a person asked for outside a conversation, such as in the settings of their chat. */
  | {
      readonly kind: "preference";
      readonly to: string;
      readonly channel: "sms" | "whatsapp";
      readonly providerId: string | null;
      readonly contact: ContactHint;
      readonly said: Exclude<Wish, "HELP">;
      readonly purposes: readonly Purpose[];
      readonly at: string | null;
      readonly dedupeKey: string;
    }
  /** A vendor's report about an effect of ours. */
  | {
      readonly kind: "status";
      readonly effectId: string | null;
      readonly ref: string;
      readonly status: DeliveryStatus;
      readonly vendorCode?: string;
      readonly vendorMessage?: string;
      readonly refusal?: Refusal;
      readonly dedupeKey: string;
      /** When it happened, by the vendor's clock; ISO 8601. */
      readonly at?: string;
      /** What the vendor says the message costs. */
      readonly pricing?: Pricing;
      /** The vendor's id of the number it left from, and over what. */
      readonly providerId?: string;
      readonly channel?: ChannelKind;
    }
  /** A person has another number, or another id at the vendor. */
  | {
      readonly kind: "identity";
      readonly to: string;
      readonly providerId: string | null;
      readonly account: string | null;
      readonly previousUserId: string | null;
      readonly previousPhone: string | null;
      readonly userId: string | null;
      readonly phone: string | null;
      readonly note: Omit<AccountNote, "state">;
      readonly at: string | null;
      readonly dedupeKey: string;
    }
  /** Something happened to a number of ours, or to the account it is in. */
  | {
      readonly kind: "account";
      readonly account: string | null;
      /** Which number; both null: all of the account. */
      readonly providerId: string | null;
      readonly e164: string | null;
      readonly note: AccountNote;
      readonly at: string | null;
      readonly dedupeKey: string;
    }
  /** An item of the request that nobody can read. It is kept for the operator; the others are handled. */
  | { readonly kind: "fault"; readonly reason: string; readonly item: Json; readonly dedupeKey: string }
  /** A vendor's word about a template: what is left out has not changed. */
  | {
      readonly kind: "template";
      /** The vendor's id; with it, or with name and language, the template is found. */
      readonly ref: string | null;
      readonly name: string;
      readonly language: string;
      readonly status?: TemplateStatus;
      readonly category?: TemplateCategory;
      readonly quality?: string;
      readonly reason?: string;
      /** Its words were changed at the vendor: ask how it stands. */
      readonly recheck?: true;
      /** When the vendor said so, ISO 8601: an older word changes nothing. Null: just now. */
      readonly at: string | null;
      readonly dedupeKey: string;
    }
  /** A call of ours ended or changed. */
  | {
      readonly kind: "call-status";
      readonly sid: string;
      readonly status: string;
      readonly durationSeconds: number | null;
      /** For a call that a step placed: its effect, how far it has come, and what the step is told if it still waits. */
      readonly placed?: {
        readonly effectId: string;
        readonly progress: DeliveryStatus;
        readonly event?: string;
        /** Where the recording of the whole call is, once it is over. */
        readonly recordingUrl?: string;
      };
      readonly dedupeKey: string;
    };

/** What a vendor bills a message as, in its own words: `regular`, `free_customer_service`; `service`, `utility`. */
export interface Pricing {
  readonly type: string;
  readonly category: string;
  readonly model: string | null;
}

export interface ContactHint {
  /** E.164, or null for a hidden number. */
  readonly phone: string | null;
  /** The vendor's own id of the person where there is one (a business-scoped user id). */
  readonly channelUserId?: string;
  readonly name?: string;
  readonly username?: string;
  /** The vendor's account in which the id holds. */
  readonly account?: string;
}

export interface InboundMessage {
  readonly ref: string;
  readonly body: string;
  /** What the vendor calls its files; those that are kept here are recorded by their ids here. */
  readonly media: readonly string[];
  readonly sentAt: string | null;
  /** The id of the button or row that was tapped. */
  readonly payload?: string | null;
  /** The vendor's id of the message it replies to. */
  readonly repliesTo?: string | null;
}

export interface WebhookServices {
  /**
   * Secrets that may have signed a request for this vendor account: the tenant's own and the operator's, newest first.
   * Empty when the account is not ours.
   */
  secretsOf(credential: string, account: string | null): Promise<readonly JsonObject[]>;
  /** True when `statusUrl` of this effect was signed by us. */
  isOurEffect(effectId: string, signature: string): boolean;
}

/** The answer a flow gave to a request that waits. */
export interface FlowReply {
  readonly parts: readonly Json[];
  /** `open`: the run waits for more; `ended`; `failed`: say so politely. */
  readonly state: "open" | "ended" | "failed";
  readonly locale: string;
}

export interface WebhookDefinition {
  /** Path under `/hooks/`, with `:names`: `twilio/status/:effectId`. */
  readonly path: string;
  readonly methods: readonly ("GET" | "POST")[];
  /** Who may have sent it. Anything but `{ ok: true }` stores nothing. `handshake` answers at once. */
  verify(
    request: WebhookRequest,
    services: WebhookServices,
  ): Promise<{ readonly ok: true } | { readonly ok: false } | { readonly handshake: HttpAnswer }>;
  /** Pure. @throws AppError BODY_MALFORMED when it is not what the vendor sends */
  parse(request: WebhookRequest): readonly Delivery[];
  /** What the vendor hears once everything is stored, when no flow answers. */
  readonly ack: HttpAnswer;
  /** Turns a flow's reply into the vendor's language. Absent: always `ack`. */
  answer?(reply: FlowReply): HttpAnswer;
  /** Keeps the caller in line while the flow is still busy; `url` fetches the answer. Needed with `answer`. */
  hold?(url: string): HttpAnswer;
  /** No flow for this number. Absent: `ack`. */
  unmatched?(locale: string): HttpAnswer;
}

export function defineWebhook(definition: WebhookDefinition): WebhookDefinition {
  return definition;
}
