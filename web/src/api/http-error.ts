/** An answer that is none: kbgap's own error object, or what stood before it (a proxy, no network: status 0). */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export async function errorOf(response: Response): Promise<HttpError> {
  return errorOfText(response.status, await response.text().catch(() => ''));
}

/** What `{"error":{"code","message"}}` says, or the status where the body is something else. */
export function errorOfText(status: number, text: string): HttpError {
  try {
    const { error } = JSON.parse(text) as { readonly error: { readonly code: string; readonly message: string } };
    return new HttpError(status, String(error.code), String(error.message));
  } catch {
    return new HttpError(status, String(status), `HTTP ${status}`);
  }
}
