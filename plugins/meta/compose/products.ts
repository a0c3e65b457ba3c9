import type { JsonObject } from "../../../engine/plugin-api.ts";
import type { SendParams } from "../nodes/send-params.ts";
import { interactive } from "./interactive.ts";
import { type Composed, counted, NOT_STATED, needed, refuse, unique, webAddress } from "./limits.ts";
import { fileOf } from "./media.ts";

/** One product of a catalogue. */
export function product(params: SendParams): Composed {
  const action = {
    catalog_id: needed("catalog.id", params.catalog?.id, NOT_STATED),
    product_retailer_id: needed("catalog.product", params.catalog?.product, NOT_STATED),
  };
  return interactive({ type: "product", bodyOptional: true, action }, params);
}

/** Several products of a catalogue, in sections. */
export function productList(params: SendParams): Composed {
  const { catalog } = params;
  const given = counted("catalog.sections", catalog?.sections, [1, NOT_STATED]);
  const sections = given.map(({ title, products }, index) => ({
    title: needed(`catalog.sections[${index}].title`, title, NOT_STATED),
    product_items: counted(`catalog.sections[${index}].products`, products, [1, NOT_STATED]).map(
      (sku, at) => ({
        product_retailer_id: needed(`catalog.sections[${index}].products[${at}]`, sku, NOT_STATED),
      }),
    ),
  }));
  const all = sections.flatMap((section) => section.product_items.map((item) => item.product_retailer_id));
  unique("catalog.sections: a product", all);
  const action = { catalog_id: needed("catalog.id", catalog?.id, NOT_STATED), sections };
  return interactive({ type: "product_list", headers: "text", headerNeeded: true, action }, params);
}

/** The whole catalogue, with one product as its picture. */
export function catalog(params: SendParams): Composed {
  const sku = params.catalog?.product;
  const parameters =
    sku === undefined
      ? {}
      : { parameters: { thumbnail_product_retailer_id: needed("catalog.product", sku, NOT_STATED) } };
  return interactive({ type: "catalog_message", action: { name: "catalog_message", ...parameters } }, params);
}

type Slide = NonNullable<SendParams["slides"]>[number];

/** Cards side by side, all of one kind: pictures with a link, or products. */
export function carousel(params: SendParams): Composed {
  const slides = counted("slides", params.slides, [1, NOT_STATED]);
  const ofProducts = slides.filter(({ product: sku }) => sku !== undefined).length;
  if (ofProducts !== 0 && ofProducts !== slides.length)
    refuse("slides", "partly products", "either products or pictures with a link");
  const catalogId = params.catalog?.id;
  const cards = slides.map((slide, index) =>
    ofProducts > 0 ? productCard(slide, index, catalogId) : linkCard(slide, index),
  );
  return interactive({ type: "carousel", action: { cards } }, params);
}

function productCard({ product: sku }: Slide, index: number, catalogId: string | undefined): JsonObject {
  return {
    card_index: index,
    type: "product",
    action: {
      catalog_id: needed("catalog.id", catalogId, NOT_STATED),
      product_retailer_id: needed(`slides[${index}].product`, sku, NOT_STATED),
    },
  };
}

function linkCard({ file, text, label, url }: Slide, index: number): JsonObject {
  const at = `slides[${index}]`;
  const type = file?.kind ?? "image";
  return {
    card_index: index,
    type: "cta_url",
    header: { type, [type]: fileOf(`${at}.file`, type, file) },
    ...(text === undefined || text === "" ? {} : { body: { text: needed(`${at}.text`, text, NOT_STATED) } }),
    action: {
      name: "cta_url",
      parameters: {
        display_text: needed(`${at}.label`, label, NOT_STATED),
        url: webAddress(`${at}.url`, url),
      },
    },
  };
}
