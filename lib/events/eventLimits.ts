/**
 * Sizes an Event is read within, in characters. Identity fields past their limit are refused, because cutting a name
 * would merge two objects; descriptive fields are cut, because an over-long reason must not lose the event.
 * Together they keep every key under DynamoDB's 2,048 bytes (partition) and 1,024 bytes (sort), even when each
 * character takes three bytes.
 */
export const eventLimits = {
  /** DNS-1123 label (apimachinery `validation.DNS1123LabelMaxLength`). */
  namespace: 63,
  /** A kind follows the same label limit (apiextensions `ValidateCustomResourceDefinitionNames`). */
  kind: 63,
  /** DNS-1123 subdomain (apimachinery `validation.DNS1123SubdomainMaxLength`). */
  name: 253,
  uid: 253,
  /** events.k8s.io/v1 allows 128 (apis/core/validation/events.go `ReasonLengthLimit`); core/v1 allows anything. */
  reason: 128,
  type: 63,
  component: 253,
  host: 253,
  action: 128,
  fieldPath: 512,
  /** Labels that are read; the server allows any number, in 256 KiB with the annotations. */
  labels: 64,
  /** The server allows 1,024 in events.k8s.io/v1 and any length in core/v1. */
  message: 16 * 1024,
} as const;
