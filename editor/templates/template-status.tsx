import { Badge } from "@mantine/core";
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconClock,
  IconPencil,
  type IconProps,
} from "@tabler/icons-react";
import type { ComponentType } from "react";
import type { ItemOf } from "../api/pages.ts";
import { useWords } from "../words/words.ts";
import { templatesWords } from "./words.ts";

export type Template = ItemOf<"listTemplates">;
export type Status = Template["submissions"][number]["status"] | "draft";

const LOOKS: Readonly<Record<Status, { colour: string; Icon: ComponentType<IconProps> }>> = {
  draft: { colour: "gray", Icon: IconPencil },
  submitting: { colour: "gray", Icon: IconClock },
  pending: { colour: "gray", Icon: IconClock },
  approved: { colour: "teal", Icon: IconCircleCheck },
  rejected: { colour: "red", Icon: IconAlertTriangle },
  paused: { colour: "red", Icon: IconAlertTriangle },
  disabled: { colour: "red", Icon: IconAlertTriangle },
  deleted: { colour: "red", Icon: IconAlertTriangle },
  failed: { colour: "red", Icon: IconAlertTriangle },
};

// What needs somebody comes first.
const WORST_FIRST: readonly Status[] = [
  "rejected",
  "disabled",
  "paused",
  "deleted",
  "failed",
  "pending",
  "submitting",
  "approved",
];

/** One status for a key: that of the version and vendor that most needs somebody. */
export function statusOf(templates: readonly Template[]): Status {
  const all = new Set<Status>(
    templates.flatMap(({ submissions }) => submissions.map(({ status }) => status)),
  );
  return WORST_FIRST.find((status) => all.has(status)) ?? "draft";
}

export function TemplateStatus({ status }: { readonly status: Status }) {
  const words = useWords(templatesWords);
  const { colour, Icon } = LOOKS[status];
  return (
    <Badge
      variant="light"
      color={colour}
      tt="none"
      fw={550}
      leftSection={<Icon size={13} aria-hidden="true" />}
    >
      {words.statuses[status]}
    </Badge>
  );
}
