import { Histogram, type Registry } from 'prom-client'
import { traceIdOf } from '@elder/telemetry'

// trace_id is the exemplar's label only: prom-client types both with one list.
type Labels = 'rpc_method' | 'rpc_response_status_code' | 'trace_id'

/** Records how long a call took, in seconds, with the trace as exemplar. Names follow OpenTelemetry's rpc metrics. */
export function callDuration(side: 'server' | 'client', metrics: Registry): (method: string, status: string, startedAt: number) => void {
  const name = `rpc_${side}_call_duration_seconds`
  const existing = metrics.getSingleMetric(name) as Histogram<Labels> | undefined
  const histogram =
    existing ??
    new Histogram<Labels>({
      name,
      help: `Duration of RPCs, ${side} side.`,
      labelNames: ['rpc_method', 'rpc_response_status_code'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      enableExemplars: true,
      registers: [metrics],
    })
  return (method, status, startedAt) => {
    const traceId = traceIdOf()
    histogram.observe({ labels: { rpc_method: method, rpc_response_status_code: status }, value: (performance.now() - startedAt) / 1_000, exemplarLabels: traceId ? { trace_id: traceId } : {} })
  }
}
