/**
 * The numbers and names that both ends of the HTTP contract agree on. No imports: the relay, the handlers and the
 * console page can all load this file for nothing.
 */

/** Most events in one batch. More is refused with `BatchTooLarge`. */
export const maxBatchEvents = 500;

/** Largest batch after decompression; the guard against gzip bombs. */
export const maxInflatedBytes = 4 * 1024 * 1024;

/** Largest single event, as JSON text in UTF-8. A Kubernetes Event is 1–2 KiB; etcd itself stops at 1.5 MiB. */
export const maxEventBytes = 128 * 1024;

/** Largest `position` object, as JSON. It is rewritten with every batch, at one write unit per KiB: about one namespace each 40 bytes. */
export const maxPositionBytes = 64 * 1024;

/**
 * Content type of a gzip batch. It must not be one that API Gateway takes for text (`application/json`, `text/*`, …):
 * those bodies are decoded as UTF-8 before the function sees them, which destroys gzip.
 */
export const batchContentType = 'application/vnd.kube-events.batch.v1+gzip';

/** Content types `POST /v1/clusters/{cluster}/events` accepts. */
export const acceptedContentTypes = [batchContentType, 'application/gzip', 'application/json'] as const;

/** Most items one page of a list may ask for. */
export const maxPageItems = 500;

/** Page size when the caller names none. */
export const defaultPageItems = 50;
