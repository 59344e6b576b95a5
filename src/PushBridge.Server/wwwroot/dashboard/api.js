// Requests to the server this page came from, with the secret where one is needed. The tab keeps it, nobody else.

const key = 'pushbridge.secret';

let remembered = '';
try {
  remembered = sessionStorage.getItem(key) ?? '';
} catch {
  // Storage may be switched off; then it lasts as long as the page.
}

export const secret = () => remembered;

export function remember(text) {
  remembered = text;
  try {
    sessionStorage.setItem(key, text);
  } catch {
    // See above.
  }
}

/** The server does not let us in: 401, or 429 with the seconds to wait. */
export class Refused extends Error {
  constructor(status, wait) {
    super(`refused with ${status}`);
    this.status = status;
    this.wait = wait;
  }
}

/** `{ status, body }` of an answer. Throws Refused, and TypeError when nobody answers. */
export async function ask(method, path, payload) {
  const headers = {};
  if (remembered !== '') {
    headers.Authorization = `Bearer ${remembered}`;
  }
  if (payload !== undefined) {
    headers['Content-Type'] = 'application/json';
  }
  const response = await fetch(path, { method, headers, body: payload, cache: 'no-store' });
  if (response.status === 401 || response.status === 429) {
    throw new Refused(response.status, Number(response.headers.get('Retry-After') ?? 0));
  }
  return { status: response.status, body: await response.json() };
}
