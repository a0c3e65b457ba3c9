/** The door for tests of plugins, in this house or outside it. Needs `fast-check`, which plugins install for their tests. */
export { arbitraryParams } from "./plugin-testing/arbitrary-params.ts";
export { type ContractOptions, type ContractTest, contractTests } from "./plugin-testing/contract.ts";
export {
  type ContextData,
  type ContextOverrides,
  contextData,
  nodeContext,
  runNode,
} from "./plugin-testing/node-context.ts";
export { type Exchange, type RecordedVendor, replay } from "./plugin-testing/recorded.ts";
