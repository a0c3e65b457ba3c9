import type { Flow, FlowNode } from "../../engine/core/flow.ts";
import { reachableFrom } from "../../engine/core/reach.ts";
import { withValueAt } from "./at-path.ts";
import type { Catalogue } from "./catalogue.ts";
import { connect } from "./edit-edges.ts";
import { addNode, removeNodes } from "./edit-nodes.ts";
import { type Broken, type Fix, type FixMaker, nameOf, nodeAt } from "./fix-maker.ts";
import { nearestWord } from "./nearest-word.ts";
import { freshId } from "./node-ids.ts";
import { mainPort } from "./ports.ts";

export const removeIt: FixMaker = (broken) => {
  const node = nodeAt(broken);
  return node ? [removal(broken, node)] : [];
};

/** The later of two gets another id. Connections name ids, so they stay with the first. */
export const duplicateId: FixMaker = (broken) => {
  const node = nodeAt(broken);
  if (!node) return [];
  const index = broken.flow.nodes.indexOf(node);
  const id = freshId(node.id, new Set(broken.flow.nodes.map((each) => each.id)));
  return [
    {
      label: { en: `Call it “${id}”`, es: `Llamarlo «${id}»` },
      apply: (flow) => withValueAt(flow, ["nodes", index, "id"], id),
    },
  ];
};

/** What flows start by, the most usual first. */
const USUAL_TRIGGERS = [
  "twilio.incoming-call",
  "meta.incoming-message",
  "twilio.incoming-message",
  "api.run",
];
const MAX_OFFERED = 3;

export const triggerMissing: FixMaker = ({ catalogue }) =>
  USUAL_TRIGGERS.flatMap((type) => catalogue.get(type) ?? [])
    .slice(0, MAX_OFFERED)
    .map((type) => ({
      label: { en: `Start with: ${type.title.en}`, es: `Empezar con: ${type.title.es}` },
      apply: (flow) => withTrigger(flow, type.type, catalogue),
    }));

export const unreachable: FixMaker = (broken) => {
  const node = nodeAt(broken);
  if (!node) return [];
  const from = looseEndNear(broken, node);
  const connection: Fix[] = from
    ? [
        {
          label: {
            en: `Connect it after “${nameOf(broken.flow, from.source)}”`,
            es: `Conectarlo después de «${nameOf(broken.flow, from.source)}»`,
          },
          apply: (flow) => connect(flow, { ...from, target: node.id }),
        },
      ]
    : [];
  return [...connection, removal(broken, node)];
};

export const typeUnknown: FixMaker = (broken) => {
  const node = nodeAt(broken);
  if (!node) return [];
  const types = broken.catalogue.all.map(({ type }) => type);
  const meant = broken.catalogue.get(nearestWord(node.type, types) ?? sameName(node.type, types) ?? "");
  const index = broken.flow.nodes.indexOf(node);
  const change: Fix[] = meant
    ? [
        {
          label: { en: `Make it “${meant.title.en}”`, es: `Hacerlo «${meant.title.es}»` },
          apply: (flow) =>
            withValueAt(flow, ["nodes", index], { ...node, type: meant.type, version: meant.version }),
        },
      ]
    : [];
  return [...change, removal(broken, node)];
};

export const versionUnknown: FixMaker = (broken) => {
  const node = nodeAt(broken);
  const version = node && broken.catalogue.get(node.type)?.version;
  if (!node || version === undefined) return [];
  const index = broken.flow.nodes.indexOf(node);
  return [
    {
      label: { en: `Use version ${version}`, es: `Usar la versión ${version}` },
      apply: (flow) => withValueAt(flow, ["nodes", index, "version"], version),
    },
  ];
};

function removal({ flow, catalogue }: Broken, node: FlowNode): Fix {
  const name = nameOf(flow, node.id);
  return {
    label: { en: `Remove “${name}”`, es: `Quitar «${name}»` },
    apply: (now) => removeNodes(now, [node.id], catalogue),
  };
}

/** The same word under another plugin: `twilio.branch` for `core.branch`. */
function sameName(type: string, types: readonly string[]): string | undefined {
  const [, name] = type.split(".");
  const same = types.filter((each) => each.split(".")[1] === name);
  return same.length === 1 ? same[0] : undefined;
}

/** Above the first node that nothing leads to, and connected to it. */
function withTrigger(flow: Flow, type: string, catalogue: Catalogue): Flow {
  const entered = new Set(flow.edges.map(({ target }) => target));
  const first = flow.nodes.find(({ id }) => !entered.has(id)) ?? flow.nodes[0];
  const { x = 0, y = 0 } = first?.position ?? {};
  const { flow: started, id } = addNode(flow, { type, position: { x, y: y - 160 } }, catalogue);
  return first ? connect(started, { source: id, sourceHandle: "next", target: first.id }) : started;
}

/** The nearest main port that leads nowhere, of a node that runs and does not come after this one. */
function looseEndNear({ flow, catalogue }: Broken, node: FlowNode) {
  const after = new Map(
    [...Map.groupBy(flow.edges, ({ source }) => source)].map(([id, out]) => [
      id,
      out.map((each) => each.target),
    ]),
  );
  const triggers = flow.nodes.filter(({ type, version }) => catalogue.get(type, version)?.kind === "trigger");
  const running = reachableFrom(
    triggers.map(({ id }) => id),
    after,
  );
  const taken = new Set(flow.edges.map(({ source, sourceHandle }) => `${source} ${sourceHandle}`));
  const ends = flow.nodes.flatMap((each) => {
    const port = running.has(each.id) ? mainPort(each, catalogue) : null;
    return port === null || taken.has(`${each.id} ${port}`)
      ? []
      : [{ source: each.id, sourceHandle: port, distance: distance(each, node) }];
  });
  const nearest = ends.toSorted((a, b) => a.distance - b.distance)[0];
  return nearest && { source: nearest.source, sourceHandle: nearest.sourceHandle };
}

function distance({ position: a }: FlowNode, { position: b }: FlowNode): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
