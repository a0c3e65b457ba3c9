import { expect, test } from "vitest";
import { clickKindOf } from "../../engine/core/click-kind.ts";

const IPHONE =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1";
const CHROME =
  "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36";
const IN_WHATSAPP = `${CHROME} [WhatsApp/2.24.20.89]`;

test.each([IPHONE, CHROME, IN_WHATSAPP])("a browser is a person: %s", (agent) => {
  expect(clickKindOf("GET", { "user-agent": agent })).toBe("person");
});

test.each([
  "WhatsApp/2.23.20.0 A",
  "WhatsApp/2.2413.51 W",
  "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_1) AppleWebKit/601.2.4 (KHTML, like Gecko) Version/9.0.1 Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0",
  "TelegramBot (like TwitterBot)",
  "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
  "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
  "Mozilla/5.0 (compatible; Google-Safety; +http://www.google.com/bot.html)",
  "SkypeUriPreview Preview/0.5",
  "python-requests/2.32",
  "curl/8.5.0",
  "",
])("a program is none: %s", (agent) => {
  expect(clickKindOf("GET", { "user-agent": agent })).toBe("preview");
});

test("a browser that only fetches ahead, and one that only asks for headers, is none either", () => {
  expect(clickKindOf("GET", { "user-agent": CHROME, "sec-purpose": "prefetch;prerender" })).toBe("preview");
  expect(clickKindOf("GET", { "user-agent": CHROME, purpose: "prefetch" })).toBe("preview");
  expect(clickKindOf("HEAD", { "user-agent": CHROME })).toBe("preview");
});
