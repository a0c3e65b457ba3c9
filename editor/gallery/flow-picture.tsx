/** Enough of a flow to draw it. */
export interface FlowShape {
  readonly nodes: readonly { id: string; family: string; x: number; y: number }[];
  readonly edges: readonly { source: string; target: string }[];
}

interface Spot {
  readonly x: number;
  readonly y: number;
  readonly family: string;
}

const PICTURE = { width: 320, height: 150, margin: 14 };
/** About what a card takes on the canvas. */
const CARD = { width: 260, height: 96 };
/** Smaller than this nothing can be told apart: of a long flow the picture shows the beginning. */
const SCALE = { least: 0.095, most: 0.17 };

/** A small picture of a flow: its nodes where they stand on the canvas, in the colours of their families. */
export function FlowPicture({ shape }: { readonly shape: FlowShape }) {
  const { spots, scale } = placed(shape);
  const card = { width: CARD.width * scale, height: CARD.height * scale };
  return (
    <svg viewBox={`0 0 ${PICTURE.width} ${PICTURE.height}`} className="flow-picture" aria-hidden="true">
      {linesOf(shape).map(({ source, target }) => {
        const [from, to] = [spots.get(source), spots.get(target)];
        return from && to ? (
          <path key={`${source} ${target}`} d={lineBetween(from, to, card.height)} className="picture-edge" />
        ) : null;
      })}
      {[...spots].map(([id, { x, y, family }]) => (
        <rect
          key={id}
          x={x - card.width / 2}
          y={y - card.height / 2}
          width={card.width}
          height={card.height}
          rx={3}
          className="picture-node"
          style={{ "--node": `var(--family-${family}, var(--family-logic))` } as React.CSSProperties}
        />
      ))}
    </svg>
  );
}

/** Several ports may lead to one node; one line says it. */
function linesOf({ edges }: FlowShape): FlowShape["edges"] {
  return [...new Map(edges.map((edge) => [`${edge.source} ${edge.target}`, edge])).values()];
}

/** Where each node is in the picture: as on the canvas, only smaller, and the first node in sight. */
function placed({ nodes }: FlowShape): { readonly spots: ReadonlyMap<string, Spot>; readonly scale: number } {
  const xs = span(nodes.map(({ x }) => x));
  const ys = span(nodes.map(({ y }) => y));
  const room = { x: PICTURE.width - 2 * PICTURE.margin, y: PICTURE.height - 2 * PICTURE.margin };
  const fitting = Math.min(room.x / (xs.size + CARD.width), room.y / (ys.size + CARD.height));
  const scale = Math.min(SCALE.most, Math.max(SCALE.least, fitting));
  const first = nodes[0]?.x ?? xs.middle;
  const centre = (xs.size + CARD.width) * scale <= room.x ? xs.middle : first;
  const spots = nodes.map(
    ({ id, family, x, y }) =>
      [
        id,
        {
          family,
          x: PICTURE.width / 2 + (x - centre) * scale,
          y: PICTURE.margin + (CARD.height / 2 + y - ys.least) * scale,
        },
      ] as const,
  );
  return { spots: new Map(spots), scale };
}

function span(values: readonly number[]) {
  const [least, most] = values.length === 0 ? [0, 0] : [Math.min(...values), Math.max(...values)];
  return { least, size: most - least, middle: (least + most) / 2 };
}

/** From foot to head, as on the canvas. */
function lineBetween(from: Spot, to: Spot, height: number): string {
  const [start, end] = [from.y + height / 2, to.y - height / 2];
  const bend = Math.max(6, Math.abs(end - start) / 2);
  return `M${from.x},${start} C${from.x},${start + bend} ${to.x},${end - bend} ${to.x},${end}`;
}
