export type AttributeValue = string | number | boolean | AttributeValue[] | undefined

export interface ReceivedSpan {
  name: string
  kind: 'INTERNAL' | 'SERVER' | 'CLIENT' | 'PRODUCER' | 'CONSUMER' | 'UNSPECIFIED'
  traceId: string
  spanId: string
  /** Empty for a root. */
  parentSpanId: string
  links: { traceId: string; spanId: string }[]
  /** service.name of the process that made it. */
  service: string
  attributes: Record<string, AttributeValue>
  status: { code: 'UNSET' | 'OK' | 'ERROR'; message: string }
  events: { name: string; attributes: Record<string, AttributeValue> }[]
  /** Milliseconds since 1970, with fractions. */
  startedAt: number
  endedAt: number
}

interface OtlpValue {
  stringValue?: string
  boolValue?: boolean
  intValue?: number | string
  doubleValue?: number
  arrayValue?: { values?: OtlpValue[] }
}
interface OtlpAttribute {
  key: string
  value: OtlpValue
}
interface OtlpSpan {
  traceId: string
  spanId: string
  parentSpanId?: string
  name: string
  kind?: number
  startTimeUnixNano: string
  endTimeUnixNano: string
  attributes?: OtlpAttribute[]
  links?: { traceId: string; spanId: string }[]
  events?: { name: string; attributes?: OtlpAttribute[] }[]
  status?: { code?: number; message?: string }
}
interface OtlpTraces {
  resourceSpans?: { resource?: { attributes?: OtlpAttribute[] }; scopeSpans?: { spans?: OtlpSpan[] }[] }[]
}

const kinds = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'] as const
const statusCodes = ['UNSET', 'OK', 'ERROR'] as const

/** The spans of one ExportTraceServiceRequest. */
export function decodeTraces(request: OtlpTraces): ReceivedSpan[] {
  return (request.resourceSpans ?? []).flatMap(({ resource, scopeSpans }) => {
    const service = String(decodeAttributes(resource?.attributes)['service.name'] ?? '')
    return (scopeSpans ?? []).flatMap(({ spans }) => (spans ?? []).map((span) => decodeSpan(span, service)))
  })
}

function decodeSpan(span: OtlpSpan, service: string): ReceivedSpan {
  return {
    name: span.name,
    kind: kinds[span.kind ?? 0] ?? 'UNSPECIFIED',
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId ?? '',
    links: (span.links ?? []).map(({ traceId, spanId }) => ({ traceId, spanId })),
    service,
    attributes: decodeAttributes(span.attributes),
    status: { code: statusCodes[span.status?.code ?? 0] ?? 'UNSET', message: span.status?.message ?? '' },
    events: (span.events ?? []).map(({ name, attributes }) => ({ name, attributes: decodeAttributes(attributes) })),
    startedAt: Number(span.startTimeUnixNano) / 1e6,
    endedAt: Number(span.endTimeUnixNano) / 1e6,
  }
}

function decodeAttributes(attributes: readonly OtlpAttribute[] = []): Record<string, AttributeValue> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, decodeValue(value)]))
}

function decodeValue(value: OtlpValue): AttributeValue {
  if (value.intValue !== undefined) return Number(value.intValue)
  if (value.arrayValue) return (value.arrayValue.values ?? []).map(decodeValue)
  return value.stringValue ?? value.boolValue ?? value.doubleValue
}
