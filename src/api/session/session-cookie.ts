const NAME = 'sluice_session';

/** The value of our cookie in a request's header; null when there is none. */
export function sessionOf(cookieHeader: string | undefined): string | null {
  for (const pair of (cookieHeader ?? '').split(';')) {
    const [name, value] = pair.trim().split('=', 2);
    if (name === NAME && value !== undefined) return value;
  }
  return null;
}

export interface CookieLife {
  readonly maxAgeSeconds: number;
  /** Whether the browser came by HTTPS: it then sends the cookie back by nothing else. */
  readonly isSecure: boolean;
}

/** Scripts cannot read it, and no page of another site has it sent. */
export function sessionCookie(value: string, { maxAgeSeconds, isSecure }: CookieLife): string {
  const secure = isSecure ? '; Secure' : '';
  return `${NAME}=${value}; Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Strict${secure}`;
}
