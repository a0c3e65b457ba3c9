import { describe, expect, test } from "vitest";
import { withValueAt } from "../../../editor/model/at-path.ts";
import { renderPreview, sampleFrom } from "../../../editor/model/preview.ts";
import { browserCheckTools } from "../../../editor/model/problems.ts";
import { completions, variablesAt } from "../../../editor/model/variables.ts";
import { checkFlow } from "../../../engine/core/check-flow.ts";
import { flowOf, linked, node } from "./broken-flows.ts";
import { CATALOGUE, REAL_FLOWS, realFlow } from "./real-flows.ts";

const flow = realFlow("ivr-sales-support-reservations");
const at = (id: string) => new Map(variablesAt(flow, id, CATALOGUE, "es").map((each) => [each.path, each]));

describe("variables", () => {
  test.each(REAL_FLOWS)("in every node of %s may be used without an error", (_key, real) => {
    const tools = browserCheckTools(CATALOGUE, "en");
    for (const [index, { id, type, version }] of real.nodes.entries()) {
      if (CATALOGUE.get(type, version)?.kind === "trigger") continue;
      const variables = variablesAt(real, id, CATALOGUE, "es");
      const text = variables.map(({ path }) => `{{ ${path} }}`).join("");
      const using = withValueAt(real, ["nodes", index, "data", "params", "noted"], text);
      const told = checkFlow(using, tools).filter(
        ({ nodeId, code }) => nodeId === id && code !== "param_unknown",
      );
      expect(told.filter(({ severity }) => severity === "error")).toEqual([]);
      const certain = variables.filter((each) => each.certain && each.path.startsWith("steps."));
      const skipped = told
        .filter(({ code }) => code === "reference_step_skipped")
        .map(({ message }) => message);
      expect(certain.filter(({ path }) => skipped.some((words) => words.includes(`{{ ${path} }}`)))).toEqual(
        [],
      );
    }
  });

  test("are what comes before, and nothing that comes later", () => {
    expect(at("menu").has("steps.menu.digits")).toBe(false);
    expect(at("entender").get("steps.menu.speech")).toMatchObject({
      label: "Ventas, soporte o reservas › Lo que dijo",
      type: "text",
      certain: true,
      source: "menu",
    });
    expect(at("entender").has("steps.menu.digits")).toBe(false);
    expect(at("decir_ventas").get("steps.menu.speech")?.certain).toBe(false);
  });

  test("of the trigger have friendly names; what may be missing is not certain", () => {
    expect(at("menu").get("trigger.call.from")).toMatchObject({
      label: "Teléfono de quien llama",
      certain: true,
    });
    expect(at("menu").get("trigger.call.callerCity")?.certain).toBe(false);
    expect(at("menu").get("contact.phone")).toMatchObject({
      label: "Teléfono del cliente",
      certain: true,
      source: null,
    });
  });

  test("of a trigger that declares its input are the fields it declares", () => {
    const reminder = realFlow("appointment-reminder");
    const variables = variablesAt(reminder, reminder.nodes[1]?.id ?? "", CATALOGUE, "en");
    expect(variables.find(({ path }) => path === "trigger.input.nombre")).toMatchObject({
      certain: true,
      type: "text",
    });
    expect(variables.find(({ path }) => path === "trigger.input.zona")?.certain).toBe(false);
  });

  test("set by an earlier step are there after it, declared ones everywhere", () => {
    const setting = linked(
      flowOf([
        node("inicio", "api.run", {}),
        node("guardar", "core.set", { values: [{ name: "zona", value: "norte" }] }),
        node("fin", "core.end", {}),
      ]),
      [
        ["inicio", "next", "guardar"],
        ["guardar", "next", "fin"],
      ],
    );
    const declared = { ...setting, variables: [{ key: "tope", description: "Tope.", default: 3 }] };
    const paths = (id: string) =>
      variablesAt(declared, id, CATALOGUE, "es")
        .filter(({ path }) => path.startsWith("vars."))
        .map(({ path, label, type, certain }) => [path, label, type, certain]);
    expect(paths("guardar")).toEqual([["vars.tope", "Tope", "number", true]]);
    expect(paths("fin")).toEqual([
      ["vars.tope", "Tope", "number", true],
      ["vars.zona", "Zona", "text", true],
    ]);
  });

  test("behind an error port are the error", () => {
    expect(at("decir_sin_respuesta").get("steps.menu.error.message")).toMatchObject({ certain: false });
  });

  test("complete what is typed, by path and by words", () => {
    const variables = variablesAt(flow, "decir_ventas", CATALOGUE, "es");
    expect(completions(variables, "contact.na")[0]?.path).toBe("contact.name");
    expect(completions(variables, "TELEFONO DE VENTAS")[0]?.path).toBe("vars.telefono_ventas");
    expect(completions(variables, "quien")[0]?.path).toBe("trigger.call.from");
    expect(completions(variables, "xyzzy")).toEqual([]);
    expect(completions(variables, "").length).toBe(variables.length);
  });
});

describe("previews", () => {
  const sample = sampleFrom(variablesAt(flow, "decir_ventas", CATALOGUE, "es"));

  test("fill in the samples", () => {
    expect(renderPreview("Hola {{ contact.name }}, le llama {{ vars.telefono_ventas }}.", sample)).toEqual({
      text: "Hola Ana Torres, le llama +576015550111.",
      errors: [],
    });
  });

  test("say why they cannot", () => {
    expect(renderPreview("Hola {{ contact.name", sample).errors[0]).toContain("not closed");
    expect(renderPreview("{{ now | nofilter }}", sample).errors[0]).toContain("nofilter");
    expect(renderPreview("{% include 'x' %}", sample).errors.length).toBe(1);
    expect(renderPreview("x".repeat(64 * 1024 + 1), sample).errors.length).toBe(1);
  });

  test.each(REAL_FLOWS)("of every template of %s can be shown", (_key, real) => {
    for (const { id, data } of real.nodes) {
      const values = sampleFrom(variablesAt(real, id, CATALOGUE, "es"));
      const texts = JSON.stringify(data.params).match(/"(?:[^"\\]|\\.)*"/g) ?? [];
      for (const text of texts) expect(renderPreview(JSON.parse(text), values).errors).toEqual([]);
    }
  });
});
