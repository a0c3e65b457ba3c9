import { Type } from "typebox";
import { type OpenNumber, openNumber } from "../runtime/number-setup.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { insertAudit } from "../store/audit.ts";
import { NUMBER_ERRORS, NumberId, NumberParams } from "./numbers.ts";
import { json, noContent } from "./reply.ts";
import { type Route, route } from "./route.ts";

const tag = "Numbers";
const strict = { additionalProperties: false } as const;

const Profile = {
  about: Type.Optional(Type.String({ maxLength: 139 })),
  address: Type.Optional(Type.String({ maxLength: 256 })),
  description: Type.Optional(Type.String({ maxLength: 256 })),
  email: Type.Optional(Type.String({ maxLength: 128 })),
  websites: Type.Optional(Type.Array(Type.String({ pattern: "^https?://" }), { maxItems: 2 })),
  vertical: Type.Optional(
    Type.String({ pattern: "^[A-Z_]{2,40}$", description: "Such as RETAIL, HOTEL, OTHER." }),
  ),
};
const ProfileBody = Type.Object(Profile, strict);
const ProfileSchema = Type.Object({
  ...Profile,
  description: Type.Optional(Type.String()),
  vertical: Type.Optional(Type.String()),
  websites: Type.Optional(Type.Array(Type.String())),
});

const LinkCode = Type.String({ pattern: "^[A-Z2-7]{4,32}$", description: "Code of a link." });
const LinkParams = Type.Object({ id: NumberId, code: LinkCode });
const LinkBody = Type.Object(
  {
    text: Type.String({
      minLength: 1,
      maxLength: 140,
      description: "What the person's first message will say.",
    }),
    image: Type.Optional(Type.Enum(["png", "svg"], { default: "svg" })),
  },
  strict,
);
const LinkSchema = Type.Object({
  code: Type.String(),
  text: Type.String(),
  url: Type.String({ description: "Opens the chat with the text written." }),
  imageUrl: Type.Union([Type.String(), Type.Null()], { description: "The QR code." }),
});

/** How a number presents itself, and the links and QR codes that lead to it. */
export function numberProfileRoutes(runtime: Runtime): readonly Route[] {
  return [
    readProfileRoute(runtime),
    writeProfileRoute(runtime),
    listLinksRoute(runtime),
    createLinkRoute(runtime),
    changeLinkRoute(runtime),
    deleteLinkRoute(runtime),
  ];
}

function readProfileRoute(runtime: Runtime): Route {
  return route({
    id: "readNumberProfile",
    method: "get",
    path: "/api/v1/numbers/:id/profile",
    tag,
    summary: "What people see of the business behind a number",
    scope: "numbers:read",
    params: NumberParams,
    responses: { 200: { description: "The profile.", schema: ProfileSchema } },
    errors: [...NUMBER_ERRORS],
    async handler({ caller, params }) {
      const { lifecycle, call } = await openNumber(runtime, caller, params.id);
      return json(200, await lifecycle.readProfile(call));
    },
  });
}

function writeProfileRoute(runtime: Runtime): Route {
  return route({
    id: "writeNumberProfile",
    method: "put",
    path: "/api/v1/numbers/:id/profile",
    tag,
    summary: "Change what people see; what is left out stays",
    scope: "numbers:write",
    params: NumberParams,
    body: ProfileBody,
    responses: { 200: { description: "The profile as it is now.", schema: ProfileSchema } },
    errors: [...NUMBER_ERRORS, "INPUT_INVALID"],
    async handler({ caller, params, body }) {
      const open = await openNumber(runtime, caller, params.id);
      await open.lifecycle.writeProfile(open.call, body);
      await written(runtime, caller, open, "number.profile", { fields: Object.keys(body) });
      return json(200, await open.lifecycle.readProfile(open.call));
    },
  });
}

function listLinksRoute(runtime: Runtime): Route {
  return route({
    id: "listNumberLinks",
    method: "get",
    path: "/api/v1/numbers/:id/links",
    tag,
    summary: "Short links and QR codes that open a chat with a text written",
    scope: "numbers:read",
    params: NumberParams,
    responses: {
      200: {
        description: "All of them.",
        schema: Type.Object({ items: Type.Array(LinkSchema), nextCursor: Type.Null() }),
      },
    },
    errors: [...NUMBER_ERRORS],
    async handler({ caller, params }) {
      const { lifecycle, call } = await openNumber(runtime, caller, params.id);
      return json(200, { items: await lifecycle.listLinks(call), nextCursor: null });
    },
  });
}

function createLinkRoute(runtime: Runtime): Route {
  return route({
    id: "createNumberLink",
    method: "post",
    path: "/api/v1/numbers/:id/links",
    tag,
    summary: "Make a short link with its QR code",
    scope: "numbers:write",
    params: NumberParams,
    body: LinkBody,
    responses: { 201: { description: "The link.", schema: LinkSchema } },
    errors: [...NUMBER_ERRORS, "INPUT_INVALID"],
    async handler({ caller, params, body }) {
      const open = await openNumber(runtime, caller, params.id);
      const link = await open.lifecycle.writeLink(open.call, { image: "svg", ...body });
      await written(runtime, caller, open, "number.link", { code: link.code });
      return json(201, link);
    },
  });
}

function changeLinkRoute(runtime: Runtime): Route {
  return route({
    id: "changeNumberLink",
    method: "put",
    path: "/api/v1/numbers/:id/links/:code",
    tag,
    summary: "Change the text of a link that may be printed already",
    scope: "numbers:write",
    params: LinkParams,
    body: LinkBody,
    responses: { 200: { description: "The link.", schema: LinkSchema } },
    errors: [...NUMBER_ERRORS, "INPUT_INVALID"],
    async handler({ caller, params: { id, code }, body }) {
      const open = await openNumber(runtime, caller, id);
      const link = await open.lifecycle.writeLink(open.call, { image: "svg", ...body, code });
      await written(runtime, caller, open, "number.link", { code });
      return json(200, link);
    },
  });
}

function deleteLinkRoute(runtime: Runtime): Route {
  return route({
    id: "deleteNumberLink",
    method: "delete",
    path: "/api/v1/numbers/:id/links/:code",
    tag,
    summary: "Delete a link; its QR code leads nowhere from then on",
    scope: "numbers:write",
    params: LinkParams,
    responses: { 204: { description: "It is gone." } },
    errors: [...NUMBER_ERRORS],
    async handler({ caller, params: { id, code } }) {
      const open = await openNumber(runtime, caller, id);
      await open.lifecycle.deleteLink(open.call, code);
      await written(runtime, caller, open, "number.unlink", { code });
      return noContent();
    },
  });
}

function written(
  { db }: Runtime,
  { tenantId, by }: { readonly tenantId: string; readonly by: string },
  { number }: OpenNumber,
  action: string,
  details: Readonly<Record<string, string | readonly string[]>>,
): Promise<void> {
  return db.asTenant(tenantId, (scope) =>
    insertAudit(scope, { actor: by, action, target: number.id, details }),
  );
}
