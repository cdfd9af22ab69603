/** Multipart requests for tests, in one piece or byte by byte as a test wants them. */
import { connect } from 'node:net';
import type { Answer, Asker, TestServer } from './server.ts';

const uploadImage = 'mutation ($file: Upload!) { uploadImage(file: $file) { url } }';

/** Sends a GraphQL multipart request with one file at `variables.file`. */
export async function askWithFile(
  server: TestServer,
  document: string,
  bytes: Uint8Array,
  asker: Asker,
  variables: Record<string, unknown> = {},
): Promise<Answer> {
  const body = new FormData();
  body.set('operations', JSON.stringify({ query: document, variables: { ...variables, file: null } }));
  body.set('map', JSON.stringify({ 0: ['variables.file'] }));
  body.set('0', new Blob([bytes as Uint8Array<ArrayBuffer>]), 'picture.jpg');
  return sendForm(server, body, asker);
}

/** Sends a form to /graphql. */
export async function sendForm(
  server: TestServer,
  body: FormData,
  asker: Asker,
  headers: Record<string, string> = { 'apollo-require-preflight': 'true' },
): Promise<Answer> {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { ...headers, ...(asker.token ? { authorization: `Bearer ${asker.token}` } : {}) },
    body,
  });
  return (await response.json()) as Answer;
}

/** Uploads a picture; answers its address. */
export async function upload(server: TestServer, bytes: Uint8Array, asker: Asker): Promise<string> {
  const { data, errors } = await askWithFile(server, uploadImage, bytes, asker);
  if (errors) throw new Error(JSON.stringify(errors));
  return data!.uploadImage.url as string;
}

/** Sends raw bytes of a request; resolves with what came back until the connection closed. @param ends whether we close it when all is sent */
export function sendRaw(
  server: TestServer,
  head: readonly string[],
  body: string,
  ends = false,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname, () => {
      socket.write(`${head.join('\r\n')}\r\nhost: ${hostname}\r\n\r\n${body}`);
      if (ends) socket.end();
    });
    let text = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    socket.on('error', reject).on('close', () => resolve(text));
    socket.setTimeout(20_000, () => socket.destroy(new Error('no answer within 20 seconds')));
  });
}
