import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Bundle, bindBundle, exportBundle } from "../../../editor/model/bundle.ts";
import { setParams } from "../../../editor/model/edits.ts";
import { jsonFault } from "../../../editor/model/json-fault.ts";
import { readBundle } from "../../../editor/model/read-bundle.ts";
import { violations } from "../../../editor/model/schema-check.ts";
import { FlowSchema } from "../../../engine/core/flow.ts";
import { flowOf, linked, node } from "./broken-flows.ts";
import { CATALOGUE, REAL_FLOWS, realFlow } from "./real-flows.ts";

const OWN = /"\+[1-9]\d{6,14}"|"[A-Z]{2}[0-9a-f]{32}"|"(sto|grp|cred|num|med)_[0-9a-zA-Z]{16,}"/;

describe("where a text stops being JSON", () => {
  test("is nowhere in JSON, and somewhere in what JSON.parse refuses", () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), fc.string({ maxLength: 2 }), (json, at, text) => {
        expect(jsonFault(json)).toBeNull();
        const changed =
          json.slice(0, at % (json.length + 1)) + text + json.slice((at % (json.length + 1)) + 1);
        expect(jsonFault(changed) === null).toBe(isJson(changed));
      }),
    );
  });

  test.each([
    ["", 0],
    ["[1,]", 3],
    ['{"a" 1}', 5],
    ['{"a":1,}', 7],
    ["[1 2]", 3],
    ["[01]", 2],
    ["{} x", 3],
    ['["a\nb"]', 3],
  ])("%j at %s", (text, at) => {
    expect(jsonFault(text)).toBe(at);
  });
});

describe("bundles", () => {
  test.each(REAL_FLOWS)("of %s carry nothing of the tenant, and come back whole", (_key, flow) => {
    const text = exportBundle(flow, CATALOGUE);
    expect(text).not.toMatch(OWN);
    const bundle = bundleOf(text);
    const choices = Object.fromEntries(
      bundle.requirements.map(({ id, places }) => [id, valueAt(flow, places[0])]),
    );
    expect(bindBundle(bundle, choices)).toEqual(flow);
    expect(violations(FlowSchema, bindBundle(bundle, {}))).toEqual([]);
  });

  test("name what is needed, once for each thing", () => {
    const flow = linked(
      flowOf([
        node("inicio", "api.run", {}),
        node("abierto", "core.hours", { of: "store", store: "sto_0123456789abcdef0123" }, "¿Abierto?"),
        node(
          "llamar",
          "twilio.connect-call",
          { to: ["+573001112233", "{{ vars.x }}", "+573001112233"] },
          "Llamar",
        ),
        node("pedir", "http.request", { url: "https://x.example", auth: "cred_0123456789abcdef0123" }),
        node("avisar", "messaging.template", { template: "reserva" }, "Avisar"),
      ]),
      [["inicio", "next", "abierto"]],
    );
    const bundle = bundleOf(exportBundle(flow, CATALOGUE));
    expect(
      bundle.requirements.map(({ kind, label, places, suggested }) => [
        kind,
        label,
        places.length,
        suggested,
      ]),
    ).toEqual([
      ["stores", "¿Abierto?: Tienda", 1, undefined],
      ["phone", "Llamar: Destino", 2, undefined],
      ["credentials:http.auth", "Petición web: Credencial", 1, undefined],
      ["templates", "Avisar: Plantilla", 1, "reserva"],
    ]);
    const bound = bindBundle(bundle, { need_1: "sto_mine", need_4: "otra" });
    const params = (id: string) => bound.nodes.find((each) => each.id === id)?.data.params;
    expect(params("abierto")).toEqual({ of: "store", store: "sto_mine" });
    expect(params("llamar")).toEqual({ to: ["{{ vars.x }}"] });
    expect(params("pedir")).toEqual({ url: "https://x.example" });
    expect(params("avisar")).toEqual({ template: "otra" });
  });

  test("a flow as the API gives it is taken too", () => {
    const flow = realFlow("otp-login");
    expect(bundleOf(JSON.stringify(flow)).flow).toEqual(flow);
  });

  test.each([
    ["broken JSON", '{\n  "nodes": [,]\n}', "", /line 2, column 13/],
    ["JSON that ends too soon", '{"nodes": [', "", /ends too soon/],
    ["another JSON", '{"hello":1}', "", /not a flow/],
    ["n8n", '{"nodes":[],"connections":{}}', "", /n8n/],
    ["Studio", '{"states":[],"initial_state":"Trigger"}', "", /Twilio Studio/],
    ["Node-RED", '[{"id":"1","type":"tab"}]', "", /Node-RED/],
    [
      "too many nodes",
      JSON.stringify({ schemaVersion: 1, nodes: Array.from({ length: 2001 }, () => 1) }),
      "/nodes",
      /2001 nodes/,
    ],
    ["too large", `"${"x".repeat(1024 * 1024)}"`, "", /1 MB/],
    [
      "a flow without a name",
      JSON.stringify({ ...realFlow("otp-login"), name: "" }),
      "/name",
      /fewer than 1/,
    ],
  ])("%s is told with its place", (_name, text, path, words) => {
    const read = readBundle(text);
    const [problem] = "problems" in read ? read.problems : [];
    expect(problem?.path).toBe(path);
    expect(problem?.message.en).toMatch(words);
    expect(problem?.message.es).not.toBe(problem?.message.en);
  });

  test("an empty text of the author stays where it was", () => {
    const flow = setParams(
      realFlow("otp-login"),
      realFlow("otp-login").nodes[1]?.id ?? "",
      { a: "" },
      CATALOGUE,
    );
    expect(bindBundle(bundleOf(exportBundle(flow, CATALOGUE)), {}).nodes[1]?.data.params).toEqual({ a: "" });
  });
});

function bundleOf(text: string): Bundle {
  const read = readBundle(text);
  if ("problems" in read) throw new TypeError(JSON.stringify(read.problems));
  return read.bundle;
}

function valueAt(value: unknown, pointer = ""): string {
  const found = pointer
    .split("/")
    .slice(1)
    .reduce<unknown>((part, key) => (part as Record<string, unknown>)[key], value);
  return String(found);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
