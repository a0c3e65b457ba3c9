/** What an API key may be allowed (`*` in a key stands for all of them), and a person by their role. */
export const SCOPES = [
  "flows:read",
  "flows:write",
  "flows:publish",
  "simulations:write",
  "runs:read",
  "runs:write",
  "effects:resolve",
  "messages:read",
  "messages:write",
  "conversations:read",
  "conversations:write",
  "credits:read",
  "verify:write",
  "stores:read",
  "stores:write",
  "interactions:read",
  "audit:read",
  "contacts:read",
  "contacts:write",
  "links:read",
  "settings:read",
  "settings:write",
  "data:read",
  "data:write",
  "templates:read",
  "templates:write",
  "templates:submit",
  "media:read",
  "media:write",
  "node-types:read",
  "numbers:read",
  "numbers:write",
  "prices:write",
  "keys:read",
  "keys:write",
] as const;

export type Scope = (typeof SCOPES)[number];

/** A route for every known key and person, whatever their scopes. */
export const ANY_KEY = "any-key";

/** A route for every person who has signed in; about themselves, so no key opens it. */
export const ANY_PERSON = "any-person";

export type Access = Scope | typeof ANY_KEY | typeof ANY_PERSON;
