/** What a cluster id looks like: it travels in paths, role names, keys and bucket prefixes, so the alphabet is small. */
export const clusterIdPattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;

/** True when `text` can name a cluster. */
export function isClusterId(text: string): boolean {
  return clusterIdPattern.test(text);
}
