import { expect, test } from "vitest";
import { bareType, typeFault, typeOfName } from "../../engine/core/media-type.ts";

const PNG = Buffer.from("89504e470d0a1a0a0000", "hex");
const JPEG = Buffer.from("ffd8ffe000104a46", "hex");
const MP4 = Buffer.from("0000001866747970", "hex");
const HTML = Buffer.from("<html><script>");

test.each([
  ["image/png", PNG, null],
  ["image/png", JPEG, "image/jpeg"],
  ["image/png", HTML, "something else"],
  ["application/pdf", HTML, "something else"],
  ["text/plain", HTML, null],
  ["text/plain", PNG, "image/png"],
  ["audio/mp4", MP4, null],
  ["audio/ogg; codecs=opus", Buffer.from("4f67675300", "hex"), null],
  ["application/octet-stream", Buffer.from([1, 2, 3]), null],
])("%s against the first bytes %o", (type, bytes, fault) => expect(typeFault(type, bytes)).toBe(fault));

test("a type without its parameters, and the type of a name", () => {
  expect(bareType("Audio/OGG; codecs=opus")).toBe("audio/ogg");
  expect(typeOfName("menú.PDF")).toBe("application/pdf");
  expect(typeOfName("menu")).toBeNull();
});
