/** The attributes that publish and process spans share. */
export function attributesOf(name: string, type: string, subject: string, id: string, body: Uint8Array) {
  return {
    'messaging.system': 'nats',
    'messaging.operation.name': name,
    'messaging.operation.type': type,
    'messaging.destination.name': subject,
    'messaging.message.id': id,
    'messaging.message.body.size': body.byteLength,
  }
}
