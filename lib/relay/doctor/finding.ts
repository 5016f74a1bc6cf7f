/** What one check found. */
export interface Finding {
  /** Stable name of the check, such as `kubernetes.list`. */
  readonly check: string;
  /** `skipped`: it could not be asked, which is no fault by itself. */
  readonly status: 'ok' | 'warning' | 'failed' | 'skipped';
  /** What is true, with the values that show it. */
  readonly message: string;
  /** What to do about it; may have several lines. */
  readonly fix?: string;
}

/** Makes findings of one check. */
export function findingsOf(check: string) {
  return {
    ok: (message: string): Finding => ({ check, status: 'ok', message }),
    warning: (message: string, fix: string): Finding => ({ check, status: 'warning', message, fix }),
    failed: (message: string, fix: string): Finding => ({ check, status: 'failed', message, fix }),
    skipped: (message: string): Finding => ({ check, status: 'skipped', message }),
  };
}
