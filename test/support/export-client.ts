import assert from 'node:assert/strict';

export type ExportRow = Readonly<Record<string, unknown>>;

export interface ExportPage {
  readonly '@odata.context': string;
  readonly value: readonly ExportRow[];
  readonly '@odata.nextLink'?: string;
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

export interface ExportClient {
  page(url: string, token?: string): Promise<ExportPage>;
  /** Follows next links as clients do: they are complete. */
  all(url: string, token?: string): Promise<readonly ExportRow[]>;
}

/** Reads exports of a server at `http://localhost:80`. */
export function exportClient(ask: (url: string, token: string | undefined) => Promise<Answer>): ExportClient {
  const page: ExportClient['page'] = async (url, token) => {
    const { status, headers, body } = await ask(url.replace('http://localhost:80', ''), token);
    assert.equal(status, 200, body);
    assert.match(String(headers['content-type']), /^application\/json/);
    return JSON.parse(body) as ExportPage;
  };
  return {
    page,
    async all(url, token) {
      const rows: ExportRow[] = [];
      for (let next: string | undefined = url; next !== undefined;) {
        const answer: ExportPage = await page(next, token);
        rows.push(...answer.value);
        next = answer['@odata.nextLink'];
      }
      return rows;
    },
  };
}
