// The dashboard at `/`. Its files hold nothing of anybody and are given to everybody, also behind a link on another site or under another
// name; what it then asks for is guarded as ever.
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Answer, Route } from '../../server/route.ts';
import { indexPath, type WebFile } from '../web-files.ts';

/** Null where it was not built. */
export function webRoutes(files: readonly WebFile[] | null): readonly Route[] {
  if (files === null) return [page('/', async () => notBuilt)];
  return files.flatMap((file) => {
    const answer = answerOf(file);
    return (file.path === indexPath ? ['/', indexPath] : [file.path]).map((path) => page(path, async () => answer));
  });
}

const page = (path: string, handle: Route['handle']): Route => ({
  method: 'GET',
  path,
  right: null,
  isOpen: true,
  summary: 'The dashboard',
  // A link may carry what another program put there.
  query: { type: 'object' },
  answers: { 200: { describes: 'A file of the dashboard', type: 'text/html' } },
  handle,
});

/** What the page may do: no script, style or connection but its own. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The build puts a hash of what is in it into the name of each of these. */
const isHashed = (path: string): boolean => path.startsWith('/assets/');

function answerOf({ path, type, bytes, etag }: WebFile): Answer {
  const kept = isHashed(path) ? { 'cache-control': 'public, max-age=31536000, immutable' } : { 'cache-control': 'no-cache' };
  return {
    status: 200,
    type,
    body: bytes,
    etag,
    headers: { ...kept, 'content-security-policy': policy },
    ...(isText(type) ? { encoded: { br: once(() => brotli(bytes)), gzip: once(() => gzipped(bytes)) } } : {}),
  };
}

const isText = (type: string): boolean => !/^image\/(png|x-icon)/.test(type);

/** Of 11: the last two take ten times as long for two per cent. */
const brotliQuality = 9;

const brotli = (bytes: Uint8Array): Promise<Uint8Array> =>
  promisify(brotliCompress)(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: brotliQuality, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  });

const gzipped = (bytes: Uint8Array): Promise<Uint8Array> => promisify(gzip)(bytes, { level: 9 });

/** A collector that nobody looks at compresses nothing. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null;
  return () => {
    made ??= make();
    return made;
  };
}

const notBuilt: Answer = {
  status: 503,
  type: 'text/plain; charset=utf-8',
  body: 'The dashboard is not here: `npm run build` makes it in a source tree, and the collector’s package brings it. All else works: /openapi.json lists it.\n',
};
