/** A flow in one piece keeps clear of the bar at the lower edge. */
export const FIT_PADDING = { top: "40px", bottom: "84px", x: "40px" } as const;
