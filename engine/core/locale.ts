/** A BCP 47 tag that `Intl` takes, or Spanish: a wrong tag must not stop a call. */
export function asLocale(tag: string): string {
  return WELL_FORMED.test(tag) ? tag : "es";
}

// Language, script, region, variants, extensions: the shape of a tag, which is all that Intl insists on.
const WELL_FORMED = /^[a-z]{2,3}(-[a-z]{4})?(-([a-z]{2}|[0-9]{3}))?(-([a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*$/i;
