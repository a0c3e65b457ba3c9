import { withValueAt } from "../../../editor/model/at-path.ts";
import { connect, disconnect } from "../../../editor/model/edits.ts";
import type { Flow, FlowNode } from "../../../engine/core/flow.ts";
import { realFlow } from "./real-flows.ts";

const menu = realFlow("ivr-sales-support-reservations");
const parallel = flowOf([
  node("inicio", "api.run", {}),
  node("a_la_vez", "core.parallel", { branches: ["uno", "dos"] }),
  node("uno", "core.set", { values: [{ name: "a", value: "1" }] }),
  node("dos", "core.set", { values: [{ name: "b", value: "2" }] }),
]);

/** Sound flows with one thing (or a few that go together) made wrong, by what is wrong. */
export const BROKEN_FLOWS: readonly (readonly [string, Flow])[] = [
  ["a field too many", { ...menu, colour: "red" } as Flow],
  ["no name and a wrong key", { ...menu, name: "", key: "Á" }],
  ["a label too long", withValueAt(menu, ["nodes", 1, "data", "label"], "x".repeat(121))],
  ["two nodes with one id", { ...menu, nodes: [...menu.nodes, nodeOf(menu, "menu")] }],
  ["two connections with one id", withValueAt(menu, ["edges", 1, "id"], menu.edges[0]?.id)],
  [
    "two variables with one key",
    { ...menu, variables: [...(menu.variables ?? []), ...(menu.variables ?? []).slice(0, 1)] },
  ],
  ["no trigger", { ...menu, nodes: menu.nodes.slice(1), edges: menu.edges.slice(1) }],
  ["a connection into nowhere", withValueAt(menu, ["edges", 1, "target"], "nadie")],
  ["a connection from nowhere", withValueAt(menu, ["edges", 1, "source"], "nadie")],
  ["a connection into the trigger", withValueAt(menu, ["edges", 1, "target"], "llamada")],
  [
    "two connections at one port",
    {
      ...menu,
      edges: [...menu.edges, { id: "otra", source: "menu", sourceHandle: "1", target: "entender" }],
    },
  ],
  ["an unknown port", withValueAt(menu, ["edges", 1, "sourceHandle"], "11")],
  ["a node nobody leads to", disconnect(menu, "menu-speech")],
  [
    "a loop that never waits",
    connect(menu, { source: "decir_no_entendido", sourceHandle: "next", target: "decir_no_entendido" }),
  ],
  [
    "a parallel without join",
    linked(parallel, [
      ["inicio", "next", "a_la_vez"],
      ["a_la_vez", "uno", "uno"],
      ["a_la_vez", "dos", "dos"],
    ]),
  ],
  [
    "a join without parallel",
    linked(flowOf([...parallel.nodes.slice(0, 1), node("unir", "core.join", {})]), [
      ["inicio", "next", "unir"],
    ]),
  ],
  [
    "a branch that never joins",
    linked(flowOf([...parallel.nodes, node("unir", "core.join", {})]), [
      ["inicio", "next", "a_la_vez"],
      ["a_la_vez", "uno", "uno"],
      ["a_la_vez", "dos", "dos"],
      ["uno", "next", "unir"],
    ]),
  ],
  [
    "a voice step in a branch",
    linked(
      flowOf([
        ...parallel.nodes.slice(0, 2),
        node("decir", "twilio.say", { text: "Hola" }),
        node("unir", "core.join", {}),
      ]),
      [
        ["inicio", "next", "a_la_vez"],
        ["a_la_vez", "uno", "decir"],
        ["a_la_vez", "dos", "unir"],
        ["decir", "next", "unir"],
      ],
    ),
  ],
  [
    "a split that is not whole",
    linked(
      flowOf([
        ...parallel.nodes.slice(0, 1),
        node("reparto", "core.split", {
          arms: [
            { port: "a", percent: 60 },
            { port: "b", percent: 60 },
          ],
        }),
      ]),
      [["inicio", "next", "reparto"]],
    ),
  ],
  ["an unknown type", withValueAt(menu, ["nodes", 1, "type"], "twilio.gatherr")],
  ["an unknown version", withValueAt(menu, ["nodes", 1, "version"], 7)],
  ["a missing parameter", withValueAt(menu, ["nodes", 1, "data", "params", "prompt"], undefined)],
  [
    "a call passed on to nobody",
    linked(flowOf([node("inicio", "twilio.incoming-call", {}), node("pasar", "twilio.connect-call", {})]), [
      ["inicio", "next", "pasar"],
    ]),
  ],
  [
    "a call passed on to an empty line",
    linked(
      flowOf([
        node("inicio", "twilio.incoming-call", {}),
        node("pasar", "twilio.connect-call", { to: [""] }),
      ]),
      [["inicio", "next", "pasar"]],
    ),
  ],
  [
    "a template nobody chose",
    linked(flowOf([node("inicio", "api.run", {}), node("enviar", "messaging.template", {})]), [
      ["inicio", "next", "enviar"],
    ]),
  ],
  ["a number out of range", withValueAt(menu, ["nodes", 1, "data", "params", "timeoutSeconds"], 500)],
  ["a wrong kind of value", withValueAt(menu, ["nodes", 1, "data", "params", "timeoutSeconds"], "mucho")],
  ["a choice there is not", withValueAt(menu, ["nodes", 1, "data", "params", "input"], "dmtf")],
  [
    "a union that fits nothing",
    withValueAt(
      menu,
      ["nodes", 2, "data", "params", "cases", 0, "when", "conditions", 0, "operator"],
      "contain",
    ),
  ],
  [
    "lists too long and doubled",
    withValueAt(menu, ["nodes", 1, "data", "params", "digitPorts"], ["1", "1", "x"]),
  ],
  ["an unknown parameter", withValueAt(menu, ["nodes", 1, "data", "params", "lenguage"], "es")],
  ["a template left open", withValueAt(menu, ["nodes", 3, "data", "params", "text"], "Hola {{ contact.name")],
  ["an unknown root", withValueAt(menu, ["nodes", 3, "data", "params", "text"], "Hola {{ contatc.name }}")],
  ["an unknown step", withValueAt(menu, ["nodes", 3, "data", "params", "text"], "{{ steps.menuu.digits }}")],
  [
    "a later step",
    withValueAt(menu, ["nodes", 1, "data", "params", "prompt", "text"], "{{ steps.entender.case }}"),
  ],
  [
    "a step that may be passed over",
    withValueAt(menu, ["nodes", 9, "data", "params", "text"], "{{ steps.entender.case }}"),
  ],
  ["an unknown output", withValueAt(menu, ["nodes", 3, "data", "params", "text"], "{{ steps.menu.digit }}")],
  [
    "an unknown field of the trigger",
    withValueAt(menu, ["nodes", 3, "data", "params", "text"], "{{ trigger.cal.from }}"),
  ],
  [
    "an unknown variable",
    withValueAt(menu, ["nodes", 3, "data", "params", "text"], "{{ vars.telefono_venta }}"),
  ],
  [
    "an unknown callback",
    linked(
      flowOf([
        ...parallel.nodes.slice(0, 1),
        node("decir", "core.set", { values: [{ name: "a", value: "{{ callbacks.esperar_si }}" }] }),
        node("esperar", "core.wait-for-callback", { timeout: { amount: 1, unit: "hours" } }),
      ]),
      [
        ["inicio", "next", "decir"],
        ["decir", "next", "esperar"],
      ],
    ),
  ],
  ["an unknown time zone and language", { ...menu, settings: { timezone: "america/bogot", locale: "x" } }],
];

function nodeOf(flow: Flow, id: string): FlowNode {
  const found = flow.nodes.find((each) => each.id === id);
  if (!found) throw new TypeError(`no node ${id}`);
  return found;
}

export function node(id: string, type: string, params: Record<string, unknown>, label?: string): FlowNode {
  return {
    id,
    type,
    version: 1,
    position: { x: 0, y: 0 },
    data: label === undefined ? { params } : { label, params },
  };
}

/** A flow of these nodes, one below the other. */
export function flowOf(nodes: readonly FlowNode[]): Flow {
  return {
    schemaVersion: 1,
    key: "prueba",
    name: "Prueba",
    settings: { locale: "es" },
    nodes: nodes.map((each, index) => ({ ...each, position: { x: 0, y: index * 160 } })),
    edges: [],
  };
}

export function linked(
  flow: Flow,
  ways: readonly (readonly [source: string, port: string, target: string])[],
): Flow {
  return ways.reduce(
    (now, [source, sourceHandle, target]) => connect(now, { source, sourceHandle, target }),
    flow,
  );
}
