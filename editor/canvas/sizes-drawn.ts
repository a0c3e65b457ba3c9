import type { ReactFlowInstance } from "@xyflow/react";
import type { Sizes } from "../model/edit-places.ts";

/** How large the steps are as they are drawn, by id. */
export function sizesDrawn(flow: ReactFlowInstance): Sizes {
  return Object.fromEntries(
    flow
      .getNodes()
      .flatMap(({ id, measured }) =>
        measured?.width && measured.height ? [[id, { width: measured.width, height: measured.height }]] : [],
      ),
  );
}
