/// An event as a Kafka record carries it (Kafka protocol binding 1.0.2): its value and headers. The key is the
/// sender's own choice.
public struct KafkaMessage: Sendable, Hashable {
    /// A header.
    public struct Header: Sendable, Hashable {
        /// The name.
        public var name: String
        /// The value; nil for a null value.
        public var value: [UInt8]?

        /// A header.
        public init(name: String, value: [UInt8]?) {
            self.name = name
            self.value = value
        }
    }

    /// The headers in their order.
    public var headers: [Header]
    /// The value; nil for a null value, which is an event without data in binary mode.
    public var value: [UInt8]?

    /// A record.
    public init(headers: [Header], value: [UInt8]?) {
        self.headers = headers
        self.value = value
    }
}

extension CloudEvent {
    /// The event as a record, as processors see it: canonical type, extensions as attributes.
    public func kafkaMessage(_ mode: ContentMode) -> KafkaMessage {
        switch mode {
        case .structured:
            KafkaMessage(
                headers: [.init(name: "content-type", value: Array("application/cloudevents+json".utf8))],
                value: jsonBytes())
        case .binary: KafkaMessage(headers: binaryHeaders(), value: dataBytes)
        }
    }

    private func binaryHeaders() -> [KafkaMessage.Header] {
        withMemory { envelope in
            var headers: [KafkaMessage.Header] = []
            func add(_ name: String, _ value: ByteView) {
                if value.isPresent { headers.append(.init(name: name, value: Array(value.bytes))) }
            }
            add("ce_specversion", envelope.specVersion)
            add("ce_id", envelope.id)
            add("ce_source", envelope.source)
            add("ce_type", envelope.type)
            add("ce_subject", envelope.subject)
            add("ce_time", envelope.time)
            add("ce_dataschema", envelope.dataSchema)
            // JSON's own format takes data for JSON where nothing else is said; headers must say so.
            let saysNothing = !envelope.dataContentType.isPresent && envelope.declaresJSON && hasData
            add("content-type", saysNothing ? ByteView("application/json") : envelope.dataContentType)
            for (name, value) in envelope.orderedExtensions() {
                headers.append(.init(name: "ce_" + name, value: Array(value.description.utf8)))
            }
            return headers
        }
    }
}
