/** Who calls: what a verified access token says. */
export interface Principal {
  /** `sub` (RFC 9068 §2.2). */
  readonly subject: string;
  /** `azp`, or `client_id` where the issuer says it so. */
  readonly client?: string;
  readonly issuer: string;
  readonly scopes: readonly string[];
  /** `exp`, in seconds since the epoch. */
  readonly expiresAt: number;
  /** All claims, for policies. */
  readonly claims: Readonly<Record<string, unknown>>;
}
