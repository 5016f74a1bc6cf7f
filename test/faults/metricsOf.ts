import type { RelayProcess } from '../relay/relayProcess.ts';

/** One scrape of a relay, by metric and the labels beside `cluster_id`. */
export class Scrape {
  readonly #values = new Map<string, number>();

  /** @param text in the Prometheus text format */
  constructor(text: string) {
    for (const [, name = '', labels = '', value] of text.matchAll(/^(\w+)(?:\{(.*)\})? (\S+)$/gm)) {
      this.#values.set(`${name} ${labels.replace(/,?cluster_id="[^"]*",?/, '')}`.trim(), Number(value));
    }
  }

  /** `undefined` when there is no such series. */
  of(metric: string, labels = ''): number | undefined {
    return this.#values.get(`${metric} ${labels}`.trim());
  }
}

/** Scrapes a relay as Prometheus does. */
export async function metricsOf(relay: RelayProcess): Promise<Scrape> {
  return new Scrape((await relay.get('/metrics')).body);
}
