import { type IconProps, IconPuzzle } from "@tabler/icons-react";
import { NODE_ICONS } from "./node-icons.ts";

/** A node's own icon; a puzzle piece for one that came from elsewhere. */
export function NodeIcon({ name, ...props }: { readonly name: string } & IconProps) {
  const Icon = NODE_ICONS[name] ?? IconPuzzle;
  return <Icon aria-hidden="true" size={18} stroke={1.7} {...props} />;
}
