import { type Kinds, type Shape, shapeCheck } from "../../shape-check.ts";

const KINDS: Kinds = {
  text: (value) => typeof value === "string" && value !== "",
  boolean: (value) => typeof value === "boolean",
  integer: (value) => Number.isInteger(value),
  number: (value) => typeof value === "number",
  digits: (value) => typeof value === "string" && /^\d{5,20}$/.test(value),
  seconds: (value) => typeof value === "string" && /^1\d{9}$/.test(value),
  wamid: (value) => typeof value === "string" && /^wamid\.[A-Za-z0-9+/=]{20,}$/.test(value),
  userId: (value) => typeof value === "string" && /^[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}$/.test(value),
  url: (value) => typeof value === "string" && URL.canParse(value),
  linkCode: (value) => typeof value === "string" && /^[A-Z2-7]{14}$/.test(value),
  true: (value) => value === true,
};

/** Where a value is not as Meta writes it. */
export const misfits = shapeCheck("Meta", KINDS);

const ERROR: Shape = {
  code: "integer",
  title: "text",
  message: "text",
  error_data: { details: "text" },
  "href?": "url",
};

/** Answers of the Graph API. */
export const ANSWERS = {
  accepted: {
    messaging_product: "whatsapp",
    contacts: [{ input: "text", "wa_id?": "digits", "user_id?": "userId" }],
    messages: [{ id: "wamid", "message_status?": "accepted|held_for_quality_assessment|paused" }],
  },
  success: { success: "true" },
  error: {
    error: {
      message: "text",
      type: "text",
      code: "integer",
      "error_data?": { messaging_product: "whatsapp", details: "text" },
      "error_subcode?": "integer",
      "is_transient?": "boolean",
      fbtrace_id: "text",
    },
  },
  numberAdded: { id: "digits" },
  number: {
    id: "digits",
    display_phone_number: "text",
    verified_name: "text",
    name_status: "text",
    quality_rating: "GREEN|YELLOW|RED|NA|UNKNOWN",
    code_verification_status: "text",
    status: "CONNECTED|PENDING|FLAGGED|RATE_LIMITED|RESTRICTED|BANNED|DISCONNECTED|MIGRATED|DELETED",
    whatsapp_business_manager_messaging_limit: "text",
    throughput: { level: "text" },
    health_status: {
      can_send_message: "AVAILABLE|LIMITED|BLOCKED",
      entities: [
        {
          entity_type: "PHONE_NUMBER|WABA|BUSINESS|APP",
          id: "digits",
          can_send_message: "AVAILABLE|LIMITED|BLOCKED",
        },
      ],
    },
    is_on_biz_app: "boolean",
    platform_type: "text",
  },
  subscriptions: {
    data: [{ whatsapp_business_api_data: { id: "text", name: "text" }, "override_callback_uri?": "url" }],
  },
  link: { code: "linkCode", prefilled_message: "text", deep_link_url: "url", "qr_image_url?": "url" },
  links: {
    data: [{ code: "linkCode", prefilled_message: "text", deep_link_url: "url", "qr_image_url?": "url" }],
    paging: { cursors: { before: "anything|", after: "linkCode" }, "next?": "url" },
  },
  profile: { data: [{ "about?": "text", "websites?": ["url"], messaging_product: "whatsapp" }] },
} as const satisfies Record<string, Shape>;

const METADATA: Shape = { display_phone_number: "digits", phone_number_id: "digits" };
const PROFILE: Shape = { name: "text", "username?": "text" };
const COMMON = { id: "wamid", "from?": "digits", from_user_id: "userId", timestamp: "seconds" } as const;
const QUOTE = {
  "context?": { from: "digits", id: "text" },
  "referral?": { source_url: "url", source_id: "text", source_type: "ad|post", headline: "text" },
} as const;
const FILE: Shape = {
  id: "digits",
  mime_type: "text",
  sha256: "text",
  "caption?": "text",
  "filename?": "text",
  "voice?": "boolean",
};

/** What people do, by type. */
export const MESSAGES: Readonly<Record<string, Shape>> = {
  text: { ...COMMON, ...QUOTE, type: "text", text: { body: "text" } },
  image: { ...COMMON, ...QUOTE, type: "image", image: FILE },
  audio: { ...COMMON, ...QUOTE, type: "audio", audio: FILE },
  button: { ...COMMON, ...QUOTE, type: "button", button: { payload: "text", text: "text" } },
  interactive: {
    ...COMMON,
    ...QUOTE,
    type: "interactive",
    interactive: {
      type: "button_reply|list_reply",
      "button_reply?": { id: "text", title: "text" },
      "list_reply?": { id: "text", title: "text", "description?": "text" },
    },
  },
  location: {
    ...COMMON,
    ...QUOTE,
    type: "location",
    location: { latitude: "number", longitude: "number", "name?": "text", "address?": "text" },
  },
  reaction: { ...COMMON, type: "reaction", reaction: { message_id: "text", "emoji?": "text" } },
  order: {
    ...COMMON,
    type: "order",
    order: {
      catalog_id: "text",
      "text?": "text",
      product_items: [
        { product_retailer_id: "text", quantity: "integer", item_price: "number", currency: "text" },
      ],
    },
  },
  edit: {
    ...COMMON,
    type: "edit",
    edit: { original_message_id: "text", message: { type: "text", text: { body: "text" } } },
  },
  revoke: { ...COMMON, type: "revoke", revoke: { original_message_id: "text" } },
  unsupported: { ...COMMON, type: "unsupported", errors: [ERROR], unsupported: { type: "text" } },
  system: {
    id: "wamid",
    "from?": "digits",
    timestamp: "seconds",
    type: "system",
    system: {
      body: "text",
      type: "user_changed_number|user_changed_user_id",
      "wa_id?": "digits",
      user_id: "userId",
      previous_user_id: "userId",
    },
  },
};

const STATUS: Shape = {
  id: "wamid",
  status: "sent|delivered|read|played|failed",
  timestamp: "seconds",
  "recipient_id?": "digits",
  "recipient_user_id?": "userId",
  "biz_opaque_callback_data?": "text",
  "conversation?": { id: "text", origin: { type: "referral_conversion" }, expiration_timestamp: "seconds" },
  "pricing?": {
    billable: "boolean",
    pricing_model: "PMP",
    type: "regular|free_customer_service|free_entry_point|free_group_customer_service",
    category: "service|utility|marketing|authentication",
  },
  "errors?": [ERROR],
};

const CONTACT: Shape = { profile: PROFILE, "wa_id?": "digits", user_id: "userId" };

/** A webhook of `messages` or `standby`, whose messages are of one type. */
export function messagesWebhook(field: "messages" | "standby", message: Shape | null): Shape {
  const value: Shape = {
    messaging_product: "whatsapp",
    metadata: METADATA,
    "contacts?": [CONTACT],
    ...(message ? { messages: [message] } : { statuses: [STATUS] }),
  };
  return { object: "whatsapp_business_account", entry: [{ id: "digits", changes: [{ field, value }] }] };
}

/** A webhook about an account: it has a time, and no metadata. */
export function accountWebhook(field: string, value: Shape): Shape {
  return {
    object: "whatsapp_business_account",
    entry: [{ id: "digits", time: "integer", changes: [{ field, value }] }],
  };
}
