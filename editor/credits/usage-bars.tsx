import type { UsageGroup } from "./usage-sums.ts";

const CHART = { width: 640, height: 150, foot: 18, head: 6 };

const COLOURS: Readonly<Record<string, string>> = {
  voice: "var(--family-voice)",
  whatsapp: "var(--family-messages)",
  sms: "color-mix(in srgb, var(--family-messages) 55%, var(--surface))",
  ai: "var(--family-ai)",
  lookup: "var(--family-data)",
  verify: "var(--family-logic)",
  geolocation: "color-mix(in srgb, var(--family-data) 55%, var(--surface))",
};

export function colourOf(channel: string): string {
  return COLOURS[channel] ?? "var(--family-logic)";
}

/** One bar for each group, of credits, in the colours of their channels. The table beside it says the same in numbers. */
export function UsageBars(props: {
  readonly groups: readonly UsageGroup[];
  readonly labelOf: (group: UsageGroup) => string;
}) {
  const { groups, labelOf } = props;
  const most = Math.max(1, ...groups.map(({ units }) => units));
  const step = CHART.width / Math.max(1, groups.length);
  const width = Math.min(48, step * 0.7);
  const room = CHART.height - CHART.foot - CHART.head;
  const every = Math.ceil(groups.length / 8);
  return (
    <svg viewBox={`0 0 ${CHART.width} ${CHART.height}`} width="100%" aria-hidden="true">
      <line x1={0} x2={CHART.width} y1={CHART.head + room} y2={CHART.head + room} className="usage-axis" />
      {groups.map((group, index) => {
        const x = index * step + step / 2;
        return (
          <g key={group.key ?? ""}>
            <title>{`${labelOf(group)}: ${group.units}`}</title>
            <Stack
              group={group}
              x={x - width / 2}
              width={width}
              scale={room / most}
              foot={CHART.head + room}
            />
            {index % every === 0 && (
              <text
                x={index === 0 ? 0 : x}
                y={CHART.height - 4}
                textAnchor={index === 0 ? "start" : "middle"}
                className="usage-label"
              >
                {shortened(labelOf(group), step * every)}
              </text>
            )}
          </g>
        );
      })}
    </svg>
  );
}

function Stack(props: {
  readonly group: UsageGroup;
  readonly x: number;
  readonly width: number;
  readonly scale: number;
  readonly foot: number;
}) {
  let top = props.foot;
  return props.group.parts.map(({ channel, units }) => {
    const height = units * props.scale;
    top -= height;
    return (
      <rect
        key={channel}
        x={props.x}
        y={top}
        width={props.width}
        height={height}
        className="usage-bar"
        style={{ "--bar": colourOf(channel) } as React.CSSProperties}
      />
    );
  });
}

function shortened(text: string, room: number): string {
  const most = Math.max(3, Math.floor(room / 6.5));
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}
