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

const PICTURE = { width: 320, height: 150, margin: 16 };
const CARD = { width: 30, height: 14 };

/** A small picture of a flow: its nodes where they stand on the canvas, in the colours of their families. */
export function FlowPicture({ shape }: { readonly shape: FlowShape }) {
  const spots = spotsOf(shape);
  return (
    <svg viewBox={`0 0 ${PICTURE.width} ${PICTURE.height}`} className="flow-picture" aria-hidden="true">
      {shape.edges.map(({ source, target }, index) => {
        const [from, to] = [spots.get(source), spots.get(target)];
        // biome-ignore lint/suspicious/noArrayIndexKey: the drawing never changes, and two ports may lead to one node
        return from && to ? <path key={index} d={lineBetween(from, to)} className="picture-edge" /> : null;
      })}
      {[...spots].map(([id, { x, y, family }]) => (
        <rect
          key={id}
          x={x - CARD.width / 2}
          y={y - CARD.height / 2}
          width={CARD.width}
          height={CARD.height}
          rx={4}
          className="picture-node"
          style={{ "--node": `var(--family-${family}, var(--family-logic))` } as React.CSSProperties}
        />
      ))}
    </svg>
  );
}

/** Where each node is in the picture. Columns and rows are evened out: what matters is the shape, not the distances. */
function spotsOf({ nodes }: FlowShape): ReadonlyMap<string, Spot> {
  const place = { x: evenly(nodes.map(({ x }) => x)), y: evenly(nodes.map(({ y }) => y)) };
  const room = {
    x: PICTURE.width - 2 * PICTURE.margin - CARD.width,
    y: PICTURE.height - 2 * PICTURE.margin - CARD.height,
  };
  return new Map(
    nodes.map(({ id, family, x, y }) => [
      id,
      {
        family,
        x: PICTURE.margin + CARD.width / 2 + (place.x.get(x) ?? 0.5) * room.x,
        y: PICTURE.margin + CARD.height / 2 + (place.y.get(y) ?? 0.5) * room.y,
      },
    ]),
  );
}

/** Each different value as a share of the way from the first to the last. */
function evenly(values: readonly number[]): ReadonlyMap<number, number> {
  const sorted = [...new Set(values)].toSorted((a, b) => a - b);
  return new Map(
    sorted.map((value, index) => [value, sorted.length === 1 ? 0.5 : index / (sorted.length - 1)]),
  );
}

/** From side to side where the nodes stand beside each other, else from foot to head. */
function lineBetween(from: Spot, to: Spot): string {
  if (Math.abs(to.x - from.x) > CARD.width) {
    const side = to.x > from.x ? CARD.width / 2 : -CARD.width / 2;
    const middle = (from.x + to.x) / 2;
    return `M${from.x + side},${from.y} C${middle},${from.y} ${middle},${to.y} ${to.x - side},${to.y}`;
  }
  const edge = to.y > from.y ? CARD.height / 2 : -CARD.height / 2;
  return `M${from.x},${from.y + edge} L${to.x},${to.y - edge}`;
}
