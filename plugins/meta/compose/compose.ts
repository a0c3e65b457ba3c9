import type { MessageType, SendParams } from "../nodes/send-params.ts";
import * as actions from "./actions.ts";
import * as choices from "./choices.ts";
import type { Composed } from "./limits.ts";
import { media } from "./media.ts";
import * as plain from "./plain.ts";
import * as products from "./products.ts";

type Composer = (params: SendParams) => Composed;

const COMPOSERS: Readonly<Record<MessageType, Composer>> = {
  text: plain.words,
  image: (params) => media("image", params),
  video: (params) => media("video", params),
  audio: (params) => media("audio", params),
  document: (params) => media("document", params),
  sticker: (params) => media("sticker", params),
  location: plain.location,
  contacts: plain.contacts,
  reaction: plain.reaction,
  template: plain.template,
  buttons: choices.buttons,
  list: choices.list,
  cta_url: actions.ctaUrl,
  flow: actions.flow,
  location_request: actions.locationRequest,
  product: products.product,
  product_list: products.productList,
  catalog: products.catalog,
  carousel: products.carousel,
  contact_request: actions.contactRequest,
  call_permission: actions.callPermission,
  voice_call: actions.voiceCall,
  address: actions.address,
};

/** The message that was asked for, with every limit checked. @throws AppError PARAMS_INVALID naming the field */
export function compose(params: SendParams): Composed {
  return COMPOSERS[params.type](params);
}
