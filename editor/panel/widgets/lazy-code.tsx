import { Skeleton } from "@mantine/core";
import { lazy, Suspense } from "react";
import type { WidgetProps } from "../fields/form.tsx";

const Script = lazy(async () => ({ default: (await import("./code-widget.tsx")).CodeWidget }));
const Json = lazy(async () => ({ default: (await import("./json-widget.tsx")).JsonWidget }));

/** JavaScript's grammar is heavy, and few nodes have code or JSON: it comes when one is opened. */
export function CodeWidget(props: WidgetProps) {
  return (
    <Suspense fallback={<Skeleton height={180} radius={8} />}>
      <Script {...props} />
    </Suspense>
  );
}

export function JsonWidget(props: WidgetProps) {
  return (
    <Suspense fallback={<Skeleton height={36} radius={8} />}>
      <Json {...props} />
    </Suspense>
  );
}
