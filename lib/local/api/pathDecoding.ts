/**
 * What an HTTP API makes of a request path. Routes are matched on the path decoded once; the function receives it decoded
 * twice. A `?` that appears by the first decoding cuts the path there, and a path that cannot be decoded twice is refused
 * with 400. So `/a%2Fb` is two segments and only `/a%252Fb` passes a slash inside one.
 *
 * Seen on live HTTP APIs by others: hotsock/voker, `vokerhttp/testdata/ingress-paths.json`, captured 2026-07.
 */
export interface DecodedPath {
  /** For matching routes. */
  readonly routePath: string;
  /** `rawPath` of the event. */
  readonly eventPath: string;
}

/** Decodes a path as sent; undefined when AWS would answer 400. */
export function decodePath(sent: string): DecodedPath | undefined {
  const [routePath = ''] = (decode(sent) ?? '%').split('?');
  const eventPath = decode(routePath);
  return eventPath === undefined ? undefined : { routePath, eventPath };
}

/** Decodes once; undefined when an escape is not valid. */
export function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    // URIError: an incomplete escape or bytes that are not UTF-8.
    return undefined;
  }
}
