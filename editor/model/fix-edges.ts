import { disconnect } from "./edit-edges.ts";
import { edgeAt, type Fix, type FixMaker } from "./fix-maker.ts";
import { nearestWord } from "./nearest-word.ts";
import { freshEdgeId } from "./node-ids.ts";
import { portsOf } from "./ports.ts";
import { inLocale } from "./words.ts";

export const duplicateId: FixMaker = (broken) => {
  const edge = edgeAt(broken);
  if (!edge) return [];
  const index = broken.flow.edges.indexOf(edge);
  const id = freshEdgeId(edge.source, edge.sourceHandle, new Set(broken.flow.edges.map((each) => each.id)));
  return [
    {
      label: { en: "Give it an id of its own", es: "Darle un id propio" },
      apply: (flow) => ({
        ...flow,
        edges: flow.edges.map((each, at) => (at === index ? { ...each, id } : each)),
      }),
    },
  ];
};

export const remove: FixMaker = (broken) => {
  const edge = edgeAt(broken);
  if (!edge) return [];
  const index = broken.flow.edges.indexOf(edge);
  return [
    {
      label: { en: "Remove the connection", es: "Quitar la conexión" },
      apply: (flow) => ({ ...flow, edges: flow.edges.filter((_edge, at) => at !== index) }),
    },
  ];
};

/** To the port with nearly that name, to others that are free, or away. */
export const portUnknown: FixMaker = (broken) => {
  const { flow, catalogue } = broken;
  const edge = edgeAt(broken);
  const node = flow.nodes.find(({ id }) => id === edge?.source);
  if (!edge || !node) return remove(broken);
  const taken = new Set(
    flow.edges.filter(({ source }) => source === node.id).map((each) => each.sourceHandle),
  );
  const free = portsOf(node, catalogue).filter(({ name }) => !taken.has(name));
  const meant = nearestWord(
    edge.sourceHandle,
    free.map(({ name }) => name),
  );
  const first = free.filter(({ name, kind }) => name === meant || kind === "main").slice(0, 2);
  const moves = first.map((port): Fix => {
    const label = { en: inLocale(port.label, "en"), es: inLocale(port.label, "es") };
    return {
      label: { en: `Let it leave by “${label.en}”`, es: `Que salga por «${label.es}»` },
      apply: (now) => ({
        ...now,
        edges: now.edges.map((each) => (each.id === edge.id ? { ...each, sourceHandle: port.name } : each)),
      }),
    };
  });
  const byMeaning = moves.toSorted((_a, b) => Number(b.label.en.includes(meant ?? "\n")));
  return [...byMeaning, { ...removal, apply: (now) => disconnect(now, edge.id) }];
};

const removal = { label: { en: "Remove the connection", es: "Quitar la conexión" } } as const;
