/// Notices `ce_` headers that say something else than the structured event beside them. The event wins.
struct HeaderMismatches {
    let headers: RecordHeaders

    func note(_ record: KafkaRecordView, in envelope: inout Envelope) throws(EventFault) {
        var extensions: [String: AttributeValue]?
        for header in record.headers {
            let full = ByteView(header.name)
            guard headers.isAttribute(full), let value = header.value else { continue }
            let name = full.slice(3..<full.count)
            let text = String(decoding: name.bytes.lazy.map(Ascii.lowercased), as: UTF8.self)
            let says = ByteView(value)
            if let agrees = agrees(core: text, says, envelope) {
                if !agrees { try mismatch(text, &envelope) }
                continue
            }
            let known = extensions ?? envelope.extensionValues()
            extensions = known
            if known[text].map({ $0.description }) != says.text { try mismatch(text, &envelope) }
        }
    }

    /// Whether the header agrees with a core attribute; nil if it names none.
    private func agrees(core name: String, _ says: ByteView, _ envelope: Envelope) -> Bool? {
        switch name {
        case "id": says.equals(envelope.id)
        case "source": says.equals(envelope.source)
        case "type": says.equals(envelope.originalType) || says.equals(envelope.type)
        case "specversion": says.equals(envelope.specVersion)
        case "subject": envelope.subject.isPresent && says.equals(envelope.subject)
        case "dataschema": envelope.dataSchema.isPresent && says.equals(envelope.dataSchema)
        case "datacontenttype": envelope.dataContentType.isPresent && says.equals(envelope.dataContentType)
        case "time":
            envelope.time.isPresent
                && (says.equals(envelope.time) || TimestampParser.parse(says) == TimestampParser.parse(envelope.time))
        default: nil
        }
    }

    private func mismatch(_ name: String, _ envelope: inout Envelope) throws(EventFault) {
        guard headers.profile.allows(.headerMismatch) else {
            throw EventFault(
                .duplicateAttribute, name, detail: "a header and the structured event say different things")
        }
        envelope.tolerated.insert(.headerMismatch, about: name)
    }
}
