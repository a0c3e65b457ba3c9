const LOOKS = ["plain", "active", "taken"] as const;

/** Arrow heads. They cannot take the colour of the line they end in all browsers, so each look has its own. */
export function WireMarkers() {
  return (
    <svg className="wire-markers" aria-hidden="true">
      <defs>
        {LOOKS.map((look) => (
          <marker
            key={look}
            id={`wire-end-${look}`}
            className={`wire-end wire-end-${look}`}
            viewBox="0 0 10 10"
            refX="8.5"
            refY="5"
            markerUnits="userSpaceOnUse"
            markerWidth="11"
            markerHeight="11"
            orient="auto"
          >
            <path d="M1 1.5 L9 5 L1 8.5 Z" />
          </marker>
        ))}
      </defs>
    </svg>
  );
}
