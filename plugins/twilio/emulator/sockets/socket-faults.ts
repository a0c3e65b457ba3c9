/** What can be ordered to go wrong with a socket that Twilio opens for a call. */
export type SocketFault =
  /** Nobody can be reached at its address. */
  | { readonly kind: "unreachable" }
  /** Opened with a signature that is none, as somebody else would. */
  | { readonly kind: "bad-signature" }
  /** Cut without a word after so many frames of the application; 0: as soon as it is open. */
  | { readonly kind: "drop"; readonly afterFrames: number }
  /** These come right after the first frames, as they are. */
  | { readonly kind: "malformed"; readonly frames: readonly string[] }
  /** Open, but nothing is ever sent. */
  | { readonly kind: "silence" }
  /** Each frame to the application is so many milliseconds of the call late. */
  | { readonly kind: "slow"; readonly ms: number }
  /** A second socket is opened for the same call, with the same first frames. */
  | { readonly kind: "twice" };
