/** Who opens a link: a person, or a program that looks at it before people do. */
export type ClickKind = "person" | "preview";

/** Chats draw previews, carriers and mail filters scan, search engines crawl; none of them is a person. */
const PROGRAMS =
  /bot\b|bot\/|crawl|spider|slurp|preview|scanner|^whatsapp\/|facebookexternalhit|facebookcatalog|facebot|telegrambot|skypeuripreview|googleimageproxy|google-safety|google-read-aloud|apis-google|mediapartners|headlesschrome|phantomjs|python-|curl\/|wget\/|java\/|okhttp|go-http-client|node-fetch|axios|libwww|httpclient|urlscan|virustotal|proofpoint|barracuda|mimecast|safelinks|symantec|zscaler|lookout|embedly|vkshare|iframely|bitlybot|validator/i;

/** `headers` have lower-case names. No name at all is no browser's. */
export function clickKindOf(method: string, headers: Readonly<Record<string, string>>): ClickKind {
  const agent = headers["user-agent"] ?? "";
  const purpose = `${headers.purpose ?? ""} ${headers["sec-purpose"] ?? ""} ${headers["x-purpose"] ?? ""} ${headers["x-moz"] ?? ""}`;
  if (method !== "GET" || /prefetch|preview|prerender/i.test(purpose)) return "preview";
  return agent === "" || PROGRAMS.test(agent) ? "preview" : "person";
}
