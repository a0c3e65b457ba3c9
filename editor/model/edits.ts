/**
 * Every way to change a flow, as functions from flow to flow. The document they are given stays as it is; what they do not
 * touch is shared with the one they give, so that telling what changed is cheap.
 */

export {
  addNote,
  editNote,
  group,
  type NewNote,
  removeNote,
  renameGroup,
  setDirection,
  ungroup,
} from "./edit-canvas.ts";
export { setDetails, setSettings, setVariables } from "./edit-document.ts";
export { addAfterPort, connect, disconnect, insertOnEdge, type NewEdge } from "./edit-edges.ts";
export {
  addNode,
  duplicate,
  type NewNode,
  removeNodes,
  setLabel,
  setNodeOptions,
  setParams,
} from "./edit-nodes.ts";
export { align, distribute, moveNodes, type Side, type Sizes } from "./edit-places.ts";
export { renameNode } from "./rename-node.ts";
