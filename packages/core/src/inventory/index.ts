export { createInventory, type Inventory } from "./create-inventory.ts";
export { emissionOf, emissionOfJson } from "./emission.ts";
export {
  type ContextField,
  contextFields,
  type Emission,
  remedyFor,
  type Site,
  type Tagging,
  taggingOf,
} from "./site.ts";
