import type { Registry } from 'prom-client'
import { Counter, Gauge, Histogram } from '@elder/telemetry'
import { createLimitMetrics } from './limits/limit-metrics.ts'

export type Metrics = ReturnType<typeof createMetrics>

const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300]

/** The edge's metrics. Model ids are not labels, because callers choose them freely. */
export function createMetrics(registry: Registry) {
  const registers = [registry]
  return {
    requests: new Histogram({
      name: 'http_server_request_duration_seconds',
      help: 'Duration of requests to the edge, from arrival to the last byte, by route and status.',
      labelNames: ['method', 'route', 'status'] as const,
      buckets: seconds,
      registers,
    }),
    open: new Gauge({ name: 'elder_edge_open_requests', help: 'Running requests.', registers }),
    bodyBytes: new Gauge({ name: 'elder_edge_body_bytes_in_hand', help: 'Bytes of bodies over 64 KiB that are held until their answers begin.', registers }),
    unaudited: new Counter({ name: 'elder_edge_unaudited_total', help: 'Refusals that could not be recorded because the spool is full.', registers }),
    identities: new Counter({ name: 'elder_edge_identity_lookups_total', help: 'Keys looked up, by where the answer came from.', labelNames: ['source'] as const, registers }),
    limits: createLimitMetrics(registry),
    providerAttempts: new Histogram({
      name: 'gen_ai_client_operation_duration_seconds',
      help: 'Requests to providers, from the first byte sent to the last received.',
      labelNames: ['provider', 'outcome'] as const,
      buckets: seconds,
      registers,
    }),
    firstBytes: new Histogram({
      name: 'gen_ai_client_time_to_first_chunk_seconds',
      help: 'From the request to a provider to the first byte of its answer.',
      labelNames: ['provider'] as const,
      buckets: seconds,
      registers,
    }),
    tokens: new Counter({ name: 'elder_edge_tokens_total', help: 'Tokens that providers reported.', labelNames: ['provider', 'type'] as const, registers }),
    failovers: new Counter({ name: 'elder_edge_provider_failovers_total', help: 'Failures that permit another provider: tried, or over_budget.', labelNames: ['provider', 'outcome'] as const, registers }),
    hedges: new Counter({ name: 'elder_edge_provider_hedges_total', help: 'Hedged requests to a provider because the first was slow to begin, by which of the two was faster.', labelNames: ['provider', 'outcome'] as const, registers }),
    toolCalls: new Counter({ name: 'elder_edge_mcp_tool_calls_total', help: 'Tool calls over MCP: answered, failed, or misused (invalid arguments).', labelNames: ['tool', 'outcome'] as const, registers }),
    toolEvents: new Counter({ name: 'elder_edge_tool_events_total', help: 'Events that editors report: accepted or rejected edits, used tools.', labelNames: ['event', 'outcome'] as const, registers }),
    upstream: new Gauge({ name: 'elder_edge_provider_requests', help: 'Running requests at a provider.', labelNames: ['provider'] as const, registers }),
  }
}
