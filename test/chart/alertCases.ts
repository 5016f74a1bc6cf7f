/** Series over time in promtool's notation, of one relay that works: nothing may alert. */
export const healthy: Readonly<Record<string, string>> = {
  kef_relay_ready: '1x60',
  kef_relay_last_acknowledgement_age_seconds: '30x60',
  kef_relay_last_byte_age_seconds: '20x60',
  kef_relay_lag_seconds: '0.3x60',
  kef_relay_clock_skew_seconds: '-1x60',
  kef_relay_credentials_expire_seconds: '3600-60x30 3600-60x30',
  kef_relay_kubernetes_token_expire_seconds: '3000-60x30 3000-60x30',
  kef_relay_spool_ok: '1x60',
  kef_relay_spool_bytes: '1000000x60',
  kef_relay_spool_max_bytes: '268435456x60',
  kef_relay_signals_broken: '0x60',
  'kef_relay_reconnects_total{cause="ended"}': '0+1x60',
  'kef_relay_reconnects_total{cause="idle"}': '0+1x60',
  'k8s_events_filtered_total{reason="deleted"}': '0+100x60',
  k8s_events_error_total: '0x60',
  'kube_event_count{type="Normal",reason="Pulled",involved_object_kind="Pod"}': '0+1000x60',
  'kube_event_count{type="Warning",reason="Unhealthy",involved_object_kind="Pod"}': '0+0.5x60',
};

/** Per alert, what is different half an hour long when it should alert; `undefined` removes a series. */
export const unhealthy: Readonly<Record<string, Readonly<Record<string, string | undefined>>>> = {
  KefRelayAbsent: { kef_relay_ready: undefined },
  KefRelayNotReady: { kef_relay_ready: '1x10 0x50' },
  KefRelaySilent: { kef_relay_last_acknowledgement_age_seconds: '0+60x60' },
  KefRelayStreamSilent: { kef_relay_last_byte_age_seconds: '0+60x60' },
  KefRelayLag: { kef_relay_lag_seconds: '0+60x60' },
  // From the first scrape on: a series that was not there before has no increase.
  KefRelayForbidden: { 'kef_relay_api_failures_total{kind="forbidden"}': '_x20 1+1x40' },
  KefRelayApiUnavailable: { 'kef_relay_api_failures_total{kind="unavailable"}': '0+4x60' },
  KefRelayThrottled: { 'kef_relay_api_failures_total{kind="throttled"}': '0+4x60' },
  KefRelayEventsRefused: { k8s_events_error_total: '0x20 1x40' },
  KefRelayEventsUnreadable: { 'k8s_events_filtered_total{reason="unreadable"}': '_x25 1x35' },
  KefRelaySpoolBroken: { kef_relay_spool_ok: '1x10 0x50' },
  KefRelaySpoolFilling: { kef_relay_spool_bytes: '0+8000000x60' },
  KefRelaySpoolLost: { 'kef_relay_spool_lost_total{reason="full"}': '_x25 1x35' },
  KefRelayClockSkew: { kef_relay_clock_skew_seconds: '-180x60' },
  KefRelayCredentialsExpire: { kef_relay_credentials_expire_seconds: '900-60x60' },
  KefRelayKubernetesCredentialsExpire: { kef_relay_kubernetes_certificate_expire_seconds: '600000-60x60' },
  KefRelayReconnects: { 'kef_relay_reconnects_total{cause="failed"}': '0+5x60' },
  KefRelaySignalsBroken: { kef_relay_signals_broken: '1x60' },
  KubeEventsWarningRaised: warnings('Unhealthy', '0+4x60'),
  KubeEventsWarningMany: warnings('Unhealthy', '0+12x60'),
  KubeEventsWarningStorm: warnings('Unhealthy', '0+60x60'),
  KubeEventsFailedScheduling: warnings('FailedScheduling', '0+2x60'),
  KubeEventsNodeNotReady: {
    'kube_event_count{type="Normal",reason="NodeNotReady",involved_object_kind="Node"}': '_x22 1+0.5x38',
  },
  KubeEventsKernelOops: warnings('KernelOops', '_x28 1x32', 'Node'),
  KubeEventsCertificateNotReady: warnings('NotReady', '_x15 1+0.5x45', 'Certificate'),
  KubeEventsBackupFailed: warnings('BackupFailed', '_x20 1x40', 'Backup'),
  KubeEventsAllocationFailed: warnings('AllocationFailed', '0+2x60', 'Service'),
};

function warnings(reason: string, values: string, kind = 'Pod'): Record<string, string> {
  return { [`kube_event_count{type="Warning",reason="${reason}",involved_object_kind="${kind}"}`]: values };
}
