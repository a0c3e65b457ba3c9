/** A file a person sends. */
export interface EmulatedFile {
  readonly bytes: Buffer;
  readonly type: string;
  readonly name?: string;
}
