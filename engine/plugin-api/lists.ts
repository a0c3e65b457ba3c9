import type { JsonObject } from "../core/json.ts";

/** Lists of people that are kept, of which a step reads a page at a time. */
export interface ListsView {
  /** Null where there is none of this id, or it is still being filled. */
  find(id: string): Promise<ListView | null>;
  /** By their places, from 0. */
  page(id: string, from: number, count: number): Promise<readonly ListedPerson[]>;
  /**
   * The contacts that are so now and may be written to over one of the channels, as a list that does not change any more.
   * The same step gets the same list again.
   */
  ofContacts(choice: ContactsChoice): Promise<ListView>;
}

/** A list nobody changes any more. */
export interface ListView {
  readonly id: string;
  readonly recipients: number;
  /** Entries whose number had come before. */
  readonly duplicates: number;
  /** Entries without a number, and the first of them. */
  readonly invalid: number;
  readonly invalidFirst: readonly string[];
}

export interface ListedPerson {
  /** E.164. */
  readonly phone: string;
  readonly fields: JsonObject;
}

export interface ContactsChoice {
  /** Last seen at this store. */
  readonly storeId?: string;
  readonly locale?: string;
  /** What their attributes have. */
  readonly attributes?: JsonObject;
  readonly purpose: string;
  readonly channels: readonly string[];
  readonly most: number;
}
