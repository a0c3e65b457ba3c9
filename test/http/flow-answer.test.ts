import { expect, test } from "vitest";
import { flowAnswer, isSilent } from "../../engine/http/flow-answer.ts";

const RUN = `run_${"0".repeat(32)}`;

test("status, body and harmless headers are the flow's", () => {
  const answer = flowAnswer(
    { status: 201, headers: { "content-type": "text/csv", "x-shop": "7" }, body: "a,b" },
    RUN,
  );
  expect(answer).toMatchObject({
    status: 201,
    headers: { "content-type": "text/csv", "x-shop": "7", "x-run-id": RUN },
    body: "a,b",
  });
});

test("a flow cannot log anybody in, speak for the connection or lift the sandbox", () => {
  const headers = {
    "Set-Cookie": "s=1",
    "Content-Length": "1",
    "transfer-encoding": "chunked",
    "Content-Security-Policy": "script-src *",
  };
  const answer = flowAnswer({ status: 200, headers, body: "<script>1</script>" }, RUN);
  expect(Object.keys(answer.headers).toSorted()).toEqual(["content-security-policy", "x-run-id"]);
  expect(answer.headers["content-security-policy"]).toMatch(/^sandbox; default-src 'none'/);
});

test("headers that HTTP has no words for are left out", () => {
  const answer = flowAnswer(
    {
      status: 200,
      headers: { "x-emoji": "👍", "x-lines": "a\r\nb", "bad name": "x", "x-ok": "ñ" },
      body: "",
    },
    RUN,
  );
  expect(Object.keys(answer.headers)).toEqual(["x-ok", "content-security-policy", "x-run-id"]);
});

test("the engine's stand-in for an answer is not one", () => {
  const headers = { "content-type": "application/json; charset=utf-8" };
  expect(isSilent({ status: 200, headers, body: "" })).toBe(true);
  expect(isSilent({ status: 500, headers, body: "" })).toBe(true);
  expect(isSilent({ status: 204, headers, body: "" })).toBe(false);
  expect(isSilent({ status: 200, headers, body: "{}" })).toBe(false);
  expect(isSilent({ status: 200, headers: { ...headers, "x-shop": "7" }, body: "" })).toBe(false);
});
