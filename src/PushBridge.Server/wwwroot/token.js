// A server in token mode takes a signed token for the uid that it names; pasted into the field, it listens as that uid.

/** The uid that a JSON Web Token names, or null when the text is none. */
export function subjectOf(text) {
  const [, payload] = /^[\w-]+\.([\w-]+)\.[\w-]+$/.exec(text) ?? [];
  if (payload === undefined) {
    return null;
  }
  try {
    const bytes = Uint8Array.from(atob(payload.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0));
    const { sub } = JSON.parse(new TextDecoder().decode(bytes));
    return typeof sub === 'string' || Number.isInteger(sub) ? String(sub) : null;
  } catch {
    return null;
  }
}
