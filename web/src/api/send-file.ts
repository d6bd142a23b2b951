import { sessionHeaders } from '../session.ts';
import { HttpError, errorOfText } from './http-error.ts';

/**
 * Sends a file and tells how much of it has gone, from 0 to 1: `fetch` cannot tell.
 * @throws {HttpError}
 */
export async function sendFile<T>(address: string, file: File, onShare: (share: number) => void): Promise<T> {
  onShare(0);
  return await new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', address);
    request.setRequestHeader('Accept', 'application/json');
    request.setRequestHeader('Content-Type', 'application/octet-stream');
    for (const [name, value] of Object.entries(sessionHeaders('POST'))) request.setRequestHeader(name, value);
    request.upload.addEventListener('progress', ({ loaded, total }) => onShare(total === 0 ? 1 : loaded / total));
    request.upload.addEventListener('load', () => onShare(1));
    request.addEventListener('error', () => reject(new HttpError(0, 'NoConnection', file.name)));
    request.addEventListener('load', () => {
      if (request.status === 200) resolve(JSON.parse(request.responseText) as T);
      else reject(errorOfText(request.status, request.responseText));
    });
    request.send(file);
  });
}
