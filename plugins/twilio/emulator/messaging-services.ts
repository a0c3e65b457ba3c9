/** `https://messaging.twilio.com/v1/Services`: services, and the numbers in their pools. */
import type { JsonObject } from "../../../engine/plugin-api.ts";
import { type Form, formText } from "./form.ts";
import { metaPage } from "./meta-paging.ts";
import { answer, notFound, type RestAnswer, type RestRequest, refusal } from "./rest-answer.ts";
import { type Service, serviceOf } from "./service-pools.ts";
import { newSid } from "./sids.ts";
import { unknownParameters } from "./unknown-parameters.ts";
import type { World } from "./world.ts";

const FIELDS = new Set(
  "FriendlyName InboundRequestUrl InboundMethod FallbackUrl FallbackMethod StatusCallback StickySender MmsConverter SmartEncoding ScanMessageContent FallbackToLongCode AreaCodeGeomatch ValidityPeriod SynchronousValidation Usecase UseInboundWebhookOnNumber".split(
    " ",
  ),
);

/** `POST /v1/Services` */
export function createService(world: World, { form, account }: RestRequest): RestAnswer {
  const refused = unknownParameters(form, FIELDS) ?? refuseFields(form);
  if (refused) return refused;
  if (formText(form, "FriendlyName") === undefined)
    return refusal(400, 20001, "Missing required parameter FriendlyName");
  const service: Service = {
    sid: newSid("MG"),
    accountSid: account.accountSid,
    createdAt: world.now().toISOString(),
    fields: form,
    pool: new Set(),
  };
  world.services.all.set(service.sid, service);
  return answer(201, resource(world, service));
}

/** `GET /v1/Services` */
export function listServices(world: World, { account, path, query }: RestRequest): RestAnswer {
  const own = [...world.services.all.values()].filter((one) => one.accountSid === account.accountSid);
  const items = own.map((one) => ({ sid: one.sid, json: resource(world, one) }));
  return answer(200, metaPage(world.url(), { key: "services", items, path, query }));
}

/** `GET /v1/Services/{sid}` */
export function fetchService(world: World, request: RestRequest): RestAnswer {
  const service = find(world, request);
  return service ? answer(200, resource(world, service)) : notFound(request.path);
}

/** `DELETE /v1/Services/{sid}` */
export function deleteService(world: World, request: RestRequest): RestAnswer {
  const service = find(world, request);
  if (!service) return notFound(request.path);
  world.services.all.delete(service.sid);
  return answer(204, null);
}

/** `POST /v1/Services/{sid}/PhoneNumbers`: a number is in one service at most. */
export function addToPool(world: World, request: RestRequest): RestAnswer {
  const service = find(world, request);
  if (!service) return notFound(request.path);
  const number = formText(request.form, "PhoneNumberSid") ?? "";
  if (world.numbers.get(number)?.accountSid !== service.accountSid) return refusal(404, 20404);
  if (service.pool.has(number)) return refusal(409, 21710);
  if (serviceOf(world.services, number)) return refusal(409, 21712);
  service.pool.add(number);
  return answer(201, numberResource(world, service, number));
}

/** `GET /v1/Services/{sid}/PhoneNumbers` */
export function listPool(world: World, request: RestRequest): RestAnswer {
  const service = find(world, request);
  if (!service) return notFound(request.path);
  const { path, query } = request;
  const items = [...service.pool].map((sid) => ({ sid, json: numberResource(world, service, sid) }));
  return answer(200, metaPage(world.url(), { key: "phone_numbers", items, path, query }));
}

/** `DELETE /v1/Services/{sid}/PhoneNumbers/{number}` */
export function removeFromPool(world: World, request: RestRequest): RestAnswer {
  const service = find(world, request);
  if (!service?.pool.delete(request.params.number ?? "")) return notFound(request.path);
  return answer(204, null);
}

function refuseFields(form: Form): RestAnswer | null {
  const validity = formText(form, "ValidityPeriod");
  return validity !== undefined && !(Number(validity) >= 1 && Number(validity) <= 36_000)
    ? refusal(400, 21624)
    : null;
}

function find({ services }: World, { params, account }: RestRequest): Service | undefined {
  const service = services.all.get(params.sid ?? "");
  return service?.accountSid === account.accountSid ? service : undefined;
}

function resource(world: World, { sid, accountSid, createdAt, fields }: Service): JsonObject {
  const url = `${world.url()}/v1/Services/${sid}`;
  const text = (name: string) => formText(fields, name) ?? null;
  const is = (name: string, usual: boolean) => (text(name) === null ? usual : text(name) === "true");
  return {
    sid,
    account_sid: accountSid,
    friendly_name: text("FriendlyName"),
    date_created: createdAt,
    date_updated: createdAt,
    inbound_request_url: text("InboundRequestUrl"),
    inbound_method: text("InboundMethod") ?? "POST",
    fallback_url: text("FallbackUrl"),
    fallback_method: text("FallbackMethod") ?? "POST",
    status_callback: text("StatusCallback"),
    sticky_sender: is("StickySender", true),
    mms_converter: is("MmsConverter", true),
    smart_encoding: is("SmartEncoding", true),
    scan_message_content: text("ScanMessageContent") ?? "inherit",
    fallback_to_long_code: is("FallbackToLongCode", true),
    us_app_to_person_registered: false,
    area_code_geomatch: is("AreaCodeGeomatch", true),
    validity_period: Number(text("ValidityPeriod") ?? 36_000),
    synchronous_validation: is("SynchronousValidation", false),
    usecase: text("Usecase") ?? "undeclared",
    use_inbound_webhook_on_number: is("UseInboundWebhookOnNumber", false),
    url,
    links: { phone_numbers: `${url}/PhoneNumbers` },
  };
}

function numberResource(world: World, service: Service, sid: string): JsonObject {
  return {
    sid,
    account_sid: service.accountSid,
    service_sid: service.sid,
    phone_number: world.services.numbers.get(sid) ?? "",
    country_code: null,
    capabilities: ["SMS"],
    date_created: service.createdAt,
    date_updated: service.createdAt,
    url: `${world.url()}/v1/Services/${service.sid}/PhoneNumbers/${sid}`,
  };
}
